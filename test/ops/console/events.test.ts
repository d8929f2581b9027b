import { afterAll, beforeAll, expect, test } from "vitest";
import { openInbox } from "../../../functions/aws/inbox.ts";
import { openPayloads } from "../../../functions/aws/payloads.ts";
import { openDynamoDb } from "../../../functions/aws/sdk/dynamodb.ts";
import { openS3 } from "../../../functions/aws/sdk/s3.ts";
import { once } from "../../../functions/inbox/identity.ts";
import { record } from "../../../functions/inbox/record.ts";
import { newTraceparent } from "../../../functions/inbox/traceparent.ts";
import { listPage } from "../../../ops/console/events.ts";
import { showEvent } from "../../../ops/console/show.ts";
import { findInstallation } from "../../../ops/installation/find.ts";
import type { Installation } from "../../../ops/installation/installation.ts";
import { installed, typeAt } from "../../support/billhook.ts";
import { type Cloud, openCloud } from "../../support/cloud.ts";
import { damage } from "../../support/damage.ts";
import { temporaryFolder } from "../../support/local-app.ts";

const minuteMs = 60_000;
const folder = temporaryFolder();
let cloud: Cloud;
let table: string;
let installation: Installation;
const recorded: string[] = [];

beforeAll(async () => {
	cloud = await openCloud();
	table = await cloud.inboxTable();
	typeAt(cloud, folder.path, {
		alpha: installed({ tables: { inbox: table } }),
	});
	installation = await findInstallation({}, { BILLHOOK_DATA: folder.path });
	const dynamodb = openDynamoDb();
	const begun = Date.now();
	// four at each instant, over some hours and both sides of a page's end
	const events = Array.from({ length: 132 }, async (_, index) => {
		const now = new Date(begun - (1 + 4 * Math.floor(index / 4)) * minuteMs);
		const { id = "" } = await record(
			{
				provider: "alpha",
				via: "webhook",
				observation: {
					type: "bill.paid",
					subject: `bill-${index}`,
					identity: once(`${index}`),
					body: {},
				},
				traceparent: newTraceparent(),
			},
			{
				inbox: openInbox({ table, dynamodb }),
				payloads: openPayloads({
					bucket: "none",
					provider: "alpha",
					s3: openS3(),
				}),
				now: () => now,
				deadline: new Date(begun + 60 * minuteMs),
				retentionDays: 400,
			},
		);
		recorded.push(id);
	});
	await Promise.all(events);
});
afterAll(async () => {
	folder[Symbol.dispose]();
	await cloud?.[Symbol.asyncDispose]();
});

test("pages lead through all events, the newest first, and show none of them twice", async () => {
	const times: string[] = [];
	const shown: string[] = [];
	let next: string | undefined = "";
	let pages = 0;
	while (next !== undefined) {
		const page = await listPage(installation, new URLSearchParams({ next }));
		times.push(...page.events.map(({ recordedtime }) => recordedtime));
		shown.push(...page.events.map(({ id }) => id));
		next = page.next;
		pages++;
	}
	expect(pages).toBe(3);
	expect(shown).toHaveLength(132);
	expect(shown.toSorted()).toEqual(recorded.toSorted());
	expect(times).toEqual(times.toSorted().reverse());
});

test("an event whose envelope cannot be read is listed and shown by what stands beside it", async () => {
	const [id = ""] = recorded;
	await damage(cloud.dynamodb, table, id);
	const { events } = await listPage(installation, new URLSearchParams());
	const beside = { id, type: "alpha.bill.paid", via: "webhook" };
	expect(events.find((event) => event.id === id)).toMatchObject({
		...beside,
		unreadable: true,
	});
	const shown = await showEvent(installation, new URLSearchParams({ id }));
	expect(shown).toMatchObject({ attributes: beside });
	expect(shown.data).toBeUndefined();
});

test("a place that is none is said to be none", async () => {
	const asked = new URLSearchParams({ next: "yesterday 1" });
	await expect(listPage(installation, asked)).rejects.toThrow(
		'"yesterday 1" is no place in this list.',
	);
});
