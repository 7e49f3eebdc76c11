// Buttons that copy a text: one listener for all, since the page renews itself.

/** How long a button says that it has copied, milliseconds. */
const SAID_MS = 1500;

export function listenForCopies(): void {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const text = button === null ? null : textOf(button);
    if (button !== null && text !== null) void copy(button, text);
  });
}

function textOf({ dataset }: HTMLButtonElement): string | null {
  const { copy: own, copyAll } = dataset;
  if (copyAll === undefined) return own ?? null;
  const all = document.querySelectorAll<HTMLElement>(`#${CSS.escape(copyAll)} [data-copy]`);
  return [...all].map((one) => one.dataset["copy"] ?? "").join("\n");
}

async function copy(button: HTMLButtonElement, text: string): Promise<void> {
  const done = await written(text);
  say(done ? "Copied" : "Cannot copy: mark the text and copy it yourself");
  if (!done) return;
  button.classList.add("copied");
  setTimeout(() => button.classList.remove("copied"), SAID_MS);
}

/** Browsers give the clipboard only to pages that came over HTTPS or from this machine. */
async function written(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** For screen readers, and for everybody's eyes where it went wrong. */
function say(words: string): void {
  const place = document.querySelector("#said") ?? document.body.appendChild(newPlace());
  place.textContent = words;
  setTimeout(() => {
    if (place.textContent === words) place.textContent = "";
  }, SAID_MS * 2);
}

function newPlace(): HTMLElement {
  const place = document.createElement("p");
  place.id = "said";
  place.setAttribute("role", "status");
  return place;
}
