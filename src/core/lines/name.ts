// Loggers write one name in many ways: `errorCode`, `error_code`, `http.error-code`. Reduced names compare equal.

import { remembered } from "./remembered.ts";

/** Longer than any logger's. */
const LONGEST_NAME = 128;

/** The name after its last dot, lower-cased, letters and digits only: `error.errorCode` is `errorcode`. */
export const reduceName: (name: string) => string = remembered(
  (name) =>
    name
      .slice(name.lastIndexOf(".") + 1)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]/gu, ""),
  LONGEST_NAME,
);
