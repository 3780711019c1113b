// The console's texts, from the files that the console itself is built with: journeys find things as readers do, by their words.

import { readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";

const LOCALES = resolve(import.meta.dirname, "../../app/locales");

export type Language = "en" | "ko";
export const LANGUAGES: Language[] = ["en", "ko"];

/** Texts of one language by group and key: `text("wizard.save")`. Values fill placeholders: `{name}`. */
export type Texts = (path: string, values?: Record<string, string | number>) => string;

export function textsOf(language: Language): Texts {
  const folder = join(LOCALES, language);
  const groups = new Map<string, Record<string, string>>();
  for (const file of readdirSync(folder)) {
    groups.set(basename(file, ".json"), JSON.parse(readFileSync(join(folder, file), "utf8")));
  }
  return (path, values = {}) => {
    const [group = "", key = ""] = path.split(".");
    const found = groups.get(group)?.[key];
    if (found === undefined) throw new Error(`there is no text ${path} in ${language}`);
    return found.replace(/\{(\w+)\}/g, (placeholder, name) => String(values[name] ?? placeholder));
  };
}

/** English, the language of most journeys. */
export const text = textsOf("en");
