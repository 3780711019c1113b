// The email designer, as a person works in it.

import { type Locator, type Page, expect } from "@playwright/test";

import { hydrated } from "./page.ts";
import { text } from "./texts.ts";

export class DesignerPage {
  readonly canvas: Locator;
  readonly palette: Locator;
  readonly settings: Locator;
  readonly outline: Locator;
  readonly preview: Locator;

  private constructor(readonly page: Page) {
    this.canvas = page.getByRole("group", { name: text("designer.canvas"), exact: true });
    this.palette = page.getByRole("region", { name: text("designer.palette") });
    this.settings = page.getByRole("complementary", { name: text("designer.settings") });
    this.outline = page.getByRole("tree", { name: text("designer.outline") });
    this.preview = page.getByRole("complementary", { name: text("content_step.preview") });
  }

  /** Opens the designer of a campaign and waits until it is alive. */
  static async open(page: Page, campaign: string): Promise<DesignerPage> {
    await page.goto(`/dev/campaigns/${campaign}/design`);
    await hydrated(page);
    return new DesignerPage(page);
  }

  /** The designer that is open. */
  static async here(page: Page): Promise<DesignerPage> {
    await expect(page).toHaveURL(/\/design/);
    await hydrated(page);
    return new DesignerPage(page);
  }

  /** Begins with an empty mail, where nothing was designed yet. */
  async startEmpty(): Promise<void> {
    await this.page.getByRole("button", { name: text("designer.start_empty") }).click();
    await expect(this.canvas).toBeVisible();
  }

  part(kind: string): Locator {
    return this.palette.getByRole("button", { name: text(`designer.${kind}`), exact: true });
  }

  /** A block on the canvas; its name begins with its kind. */
  block(kind: string): Locator {
    return this.canvas.getByRole("group", { name: new RegExp(`^${text(`designer.${kind}`)}`) });
  }

  /** Names of everything in the mail, in the order in which it is read. */
  async names(): Promise<string[]> {
    return (await this.outline.getByRole("treeitem").allTextContents()).map((name) => name.trim());
  }

  async save(): Promise<void> {
    await this.page.getByRole("button", { name: text("designer.save"), exact: true }).click();
    await this.isSaved();
  }

  async isSaved(): Promise<void> {
    await expect(this.page.getByText(text("wizard.not_saved"))).toHaveCount(0);
  }

  /** The HTML that the preview shows. */
  async shown(): Promise<string> {
    await this.page.getByText(text("content_step.preview"), { exact: true }).first().click();
    const frame = this.preview.getByTitle(text("content_step.preview"));
    await expect(frame).toBeVisible();
    return (await frame.getAttribute("srcdoc")) ?? "";
  }
}
