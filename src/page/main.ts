// The status page's part that runs in the browser. The page is readable without it.

import "uplot/dist/uPlot.min.css";
import "./page.css";
import { Charts } from "./charts.ts";
import { listenForCopies } from "./copy.ts";
import { live } from "./live.ts";

document.documentElement.classList.add("live");
const charts = new Charts();
listenForCopies();
charts.renew();
live(() => charts.renew());
