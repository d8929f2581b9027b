import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
	DeleteMessageCommand,
	ReceiveMessageCommand,
	SendMessageCommand,
	SQSClient,
} from "@aws-sdk/client-sqs";
import { App } from "aws-cdk-lib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BillhookStack } from "../../../infra/stack.ts";
import { type LocalCloud, openLocalCloud } from "../../../local/cloud.ts";
import type { EventPage } from "../../../ops/console/answers.ts";
import { openPage } from "../../../ops/console/open.ts";
import type { Console } from "../../../ops/console/server.ts";
import { findInstallation } from "../../../ops/installation/find.ts";
import {
	browserPath,
	openBrowser,
	openWatched,
} from "../../support/chromium.ts";
import { damage } from "../../support/damage.ts";
import { exampleOf } from "../../support/examples.ts";
import { configFor } from "../../support/installation.ts";
import { temporaryFolder } from "../../support/local-app.ts";

const name = "finbox";
const example = exampleOf({ name });
const folder = temporaryFolder();
const data = join(folder.path, "data");

let cloud: LocalCloud;
let opened: Console;
let browser: Browser;

// no browser, no page to look at
describe.skipIf(browserPath === undefined)("the page", () => {
	beforeAll(async () => {
		const assembly = join(folder.path, "cdk.out");
		const app = new App({ outdir: assembly });
		new BillhookStack(app, configFor("local"));
		app.synth();
		writeFileSync(join(assembly, "package.json"), '{ "type": "commonjs" }');
		[cloud, browser] = await Promise.all([
			openLocalCloud({ assembly, data, port: 0 }),
			openBrowser(),
		]);
		opened = await openPage(
			await findInstallation({}, { BILLHOOK_DATA: data }),
		);
	});
	afterAll(async () => {
		await browser?.close();
		await opened?.[Symbol.asyncDispose]();
		await cloud?.[Symbol.asyncDispose]();
		folder[Symbol.dispose]();
	});

	const provider = () => {
		const own = cloud.addresses.providers[name];
		if (!own) throw new Error("The provider is not there.");
		return own;
	};

	async function post(body: unknown, headers = {}): Promise<string | null> {
		const response = await fetch(provider().webhook, {
			method: "POST",
			headers: { "content-type": "application/json", ...headers },
			body: typeof body === "string" ? body : JSON.stringify(body),
		});
		return response.headers.get("billhook-outcome");
	}

	const completed = (statement: string) => ({
		...sent,
		statement_id: statement,
	});

	const sent = example.deliveries[0]?.body as
		| Record<string, string>
		| undefined;
	const subject = sent?.entity_id ?? "";

	test("shows what was recorded, and what is recorded while one looks, and asks nobody else", async () => {
		expect(await post(completed("before"))).toBe("accepted");
		const { page, troubles, asked } = await openWatched(browser);
		await page.goto(`${opened.address}#/events`);
		const rows = page.locator("tbody tr");
		await rows.first().waitFor();
		expect(await rows.count()).toBe(1);
		expect(await post(completed("while"))).toBe("accepted");
		await rows.nth(1).waitFor();
		await page.getByLabel("Via").selectOption("poll");
		await page.getByText("Nothing of this has been recorded").waitFor();
		await page.getByRole("link", { name: "Providers" }).click();
		const card = page.getByRole("region", { name });
		await card.locator("dd", { hasText: /^2$/ }).first().waitFor();
		expect(troubles).toEqual([]);
		const elsewhere = asked.filter((url) => !url.startsWith(opened.address));
		expect(elsewhere.filter((url) => !url.startsWith("data:"))).toEqual([]);
		await page.close();
	});

	test("has each delivery read again that lies in quarantine, once one is sure", async () => {
		const file = provider().settings;
		const before = readFileSync(file, "utf8");
		const proven = { ...JSON.parse(before), ...example.settings };
		writeFileSync(file, JSON.stringify(proven));
		expect(await post(completed("unproven"))).toBe("quarantined");
		writeFileSync(file, before);
		const { page, troubles } = await openWatched(browser);
		await page.goto(`${opened.address}#/quarantine`);
		await page.getByRole("link", { name: "the latest" }).click();
		const shown = page.locator("pre");
		await shown.waitFor();
		expect(await shown.textContent()).toContain('"statement_id": "unproven"');
		await page.goBack();
		// the delivery's own view has such buttons too
		await page.getByRole("link", { name: "the latest" }).waitFor();
		await page.getByRole("button", { name: "Retry it" }).click();
		await page.getByRole("button", { name: "Leave it" }).click();
		await page.getByRole("button", { name: "Retry it" }).click();
		await page.locator("button.sure").click();
		await page.getByText("Nothing lies there.").waitFor();
		expect(troubles).toEqual([]);
		await page.close();
	});

	test("tells a document's story, and shows what was sent with every digit", async () => {
		const digits = "123456789012345678901234567890.10";
		const body = JSON.stringify(completed("digits")).replace(
			"{",
			`{"amount":${digits},`,
		);
		expect(await post(body)).toBe("accepted");
		expect(await post(body)).toBe("duplicate");
		const { page, troubles } = await openWatched(browser);
		await page.goto(opened.address);
		const search = page.getByRole("searchbox");
		await search.fill(subject);
		await search.press("Enter");
		await page.getByText("a duplicate: known already").first().waitFor();
		await page.getByText("now", { exact: true }).first().waitFor();
		const shown = page.locator("pre");
		await shown.waitFor();
		expect(await shown.textContent()).toContain(`"amount": ${digits}`);
		expect(troubles).toEqual([]);
		await page.close();
	});

	test("lists an event whose envelope cannot be read, and says so where it would be shown", async () => {
		expect(await post(completed("torn"))).toBe("accepted");
		const { page, troubles } = await openWatched(browser);
		await page.goto(`${opened.address}#/events`);
		const rows = page.locator("tbody tr");
		await rows.first().waitFor();
		const before = await rows.count();
		const { region, credentials, endpoints } = cloud.addresses;
		const dynamodb = new DynamoDBClient({
			region,
			credentials,
			endpoint: endpoints.dynamodb,
		});
		await damage(dynamodb, provider().inbox, await latest());
		dynamodb.destroy();
		await page.reload();
		await page.getByRole("link", { name: "cannot be read" }).click();
		await page.getByText("Its envelope in the inbox cannot be read.").waitFor();
		await page.goBack();
		await rows.first().waitFor();
		expect(await rows.count()).toBe(before);
		expect(troubles).toEqual([]);
		await page.close();
	});

	/** The id of what was recorded last. */
	async function latest(): Promise<string> {
		const answer = await fetch(`${opened.address}api/events`);
		const { events } = (await answer.json()) as EventPage;
		return events[0]?.id ?? "";
	}

	test("sends an example, which is on the queue", async () => {
		const { page, troubles } = await openWatched(browser);
		await page.goto(opened.address);
		const card = page.getByRole("region", { name });
		await card.getByRole("button", { name: "Send it" }).click();
		await card.getByText(/^200, (accepted|duplicate)$/).waitFor();
		expect(troubles).toEqual([]);
		await page.close();
	});

	test("sends dead letters to their queue once more", async () => {
		const { region, credentials, endpoints } = cloud.addresses;
		const sqs = new SQSClient({
			region,
			credentials,
			endpoint: endpoints.sqs,
			useQueueUrlAsEndpoint: false,
		});
		const message = { id: "given-up", type: `${name}.kind`, subject: "lost-1" };
		await sqs.send(
			new SendMessageCommand({
				QueueUrl: provider().deadLetterQueueUrl,
				MessageBody: JSON.stringify(message),
				MessageGroupId: "lost-1",
				MessageDeduplicationId: "given-up",
			}),
		);
		const { page, troubles } = await openWatched(browser);
		await page.goto(`${opened.address}#/dead-letters?provider=${name}`);
		await page.getByRole("link", { name: "lost-1" }).waitFor();
		await page.getByRole("button", { name: "Send it again" }).click();
		await page.locator("button.sure").click();
		await page.getByText("No message can be seen here.").waitFor();
		const ids: string[] = [];
		while (!ids.includes(message.id)) {
			const { Messages = [] } = await sqs.send(
				new ReceiveMessageCommand({
					QueueUrl: provider().queueUrl,
					MaxNumberOfMessages: 10,
					WaitTimeSeconds: 20,
				}),
			);
			ids.push(...Messages.map(({ Body = "{}" }) => JSON.parse(Body).id));
			for (const { ReceiptHandle } of Messages)
				await sqs.send(
					new DeleteMessageCommand({
						QueueUrl: provider().queueUrl,
						ReceiptHandle,
					}),
				);
		}
		sqs.destroy();
		expect(troubles).toEqual([]);
		await page.close();
	});

	test("lists what is watched, and stops it", async () => {
		await fetch(`${cloud.addresses.api}/watches/${name}`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({ subject: "watched-1", kind: "entity" }),
		});
		const { page, troubles } = await openWatched(browser);
		await page.goto(`${opened.address}#/watches`);
		await page.getByRole("link", { name: "watched-1" }).waitFor();
		await page.getByRole("button", { name: "Stop" }).click();
		await page.locator("button.sure").click();
		await page.getByText("Nothing is watched.").waitFor();
		expect(troubles).toEqual([]);
		await page.close();
	});

	test("is walked through by keyboard in the order in which it is read", async () => {
		const { page } = await openWatched(browser);
		await page.goto(`${opened.address}#/events`);
		const rows = page.locator("tbody tr a");
		await rows.first().waitFor();
		const order: string[] = [];
		for (let step = 0; step < 13; step++) {
			await page.keyboard.press("Tab");
			order.push(await focused(page));
		}
		expect(order).toEqual([
			"To the content",
			"Providers",
			"Events",
			"Quarantine",
			"Dead letters",
			"Watches",
			"Subject or event id",
			"Find",
			"Provider",
			"Via",
			"Type",
			...(await rows.allTextContents()).slice(0, 2),
		]);
		for (let back = 0; back < 12; back++)
			await page.keyboard.press("Shift+Tab");
		await page.keyboard.press("Enter");
		expect(await page.locator("main:focus").count()).toBe(1);
		await page.close();
	});

	test.each(["light", "dark"] as const)(
		"is %s where its reader wants it so, and can be read",
		async (colorScheme) => {
			const { page } = await openWatched(browser, { colorScheme });
			await page.goto(`${opened.address}#/events`);
			await page.locator("tbody tr").first().waitFor();
			const paper = await page.locator("html").evaluate((element) => {
				const view = element.ownerDocument.defaultView;
				return view?.getComputedStyle(element).backgroundColor ?? "";
			});
			const inks = await page
				.locator("h1, td, th, p, a")
				.evaluateAll((elements) =>
					elements.map((element) => {
						const view = element.ownerDocument.defaultView;
						return view?.getComputedStyle(element).color ?? "";
					}),
				);
			const [behind] = lightnessOf([paper]);
			expect(behind).toSatisfy((light: number) =>
				colorScheme === "light" ? light > 0.8 : light < 0.1,
			);
			// WCAG's contrast for text of this size
			for (const ink of lightnessOf(inks)) {
				const [less = 0, more = 0] = [ink, behind ?? 0].sort((a, b) => a - b);
				expect((more + 0.05) / (less + 0.05)).toBeGreaterThan(4.5);
			}
			await page.close();
		},
	);
});

/** What has the focus, as it is called. */
function focused(page: Page): Promise<string> {
	return page.locator(":focus").evaluate((element) => {
		const label = element.closest("label")?.firstChild?.textContent;
		return (label ?? element.textContent ?? "").trim();
	});
}

/** Relative luminance, as WCAG defines it. */
function lightnessOf(colours: string[]): number[] {
	return colours.map((colour) => {
		const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? [])
			.map(Number)
			.map((value) => value / 255)
			.map((value) =>
				value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
			);
		return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
	});
}
