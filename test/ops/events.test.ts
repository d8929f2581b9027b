import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openInbox } from "../../functions/aws/inbox.ts";
import { openPayloads } from "../../functions/aws/payloads.ts";
import { openDynamoDb } from "../../functions/aws/sdk/dynamodb.ts";
import { openS3 } from "../../functions/aws/sdk/s3.ts";
import { once, state } from "../../functions/inbox/identity.ts";
import type { Observation } from "../../functions/inbox/observation.ts";
import { type Recorded, record } from "../../functions/inbox/record.ts";
import { newTraceparent } from "../../functions/inbox/traceparent.ts";
import { EventRow } from "../../ops/installation/events.ts";
import { installed, type TypedAt, typeAt } from "../support/billhook.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { damage } from "../support/damage.ts";
import { temporaryFolder } from "../support/local-app.ts";

let cloud: Cloud;
let folder: ReturnType<typeof temporaryFolder>;
let typed: TypedAt;
let bucket: string;
const large = `{"amount": 1.50, "blob": "${randomBytes(400_000).toString("base64")}"}`;
const tables = new Map<string, string>();
const noon = new Date("2026-05-10T12:00:00Z");

beforeAll(async () => {
	cloud = await openCloud();
	folder = temporaryFolder();
	for (const name of ["alpha", "beta"])
		tables.set(name, await cloud.inboxTable());
	const inboxOf = (name: string) =>
		installed({ tables: { inbox: tables.get(name) ?? "" } });
	typed = typeAt(cloud, folder.path, {
		alpha: inboxOf("alpha"),
		beta: inboxOf("beta"),
	});
	// an hour's first and last moment, and several hours of two providers
	for (let number = 0; number < 6; number++)
		await put(number % 2 === 0 ? "alpha" : "beta", {
			minutes: number * 40,
			type: "bill.paid",
			subject: `bill-${number}`,
			identity: once(`bill-${number}`),
		});
	await put("alpha", {
		minutes: 59.999,
		type: "state.changed",
		subject: "bill-0",
		identity: state({ value: "open", key: "k" }),
	});
	bucket = await cloud.bucket();
	await put("beta", {
		minutes: 300,
		type: "bill.paid",
		subject: "large",
		identity: once("large"),
		text: large,
	});
	// a claim is no event
	await put("alpha", {
		minutes: 61,
		type: "state.changed",
		subject: "bill-9",
		identity: state({ value: "open" }),
		via: "poll",
	});
	await put("alpha", {
		minutes: 62,
		type: "state.changed",
		subject: "bill-9",
		identity: state({ value: "open", key: "k" }),
	});
});
afterAll(async () => {
	folder?.[Symbol.dispose]();
	await cloud?.[Symbol.asyncDispose]();
});

interface Put extends Omit<Observation, "body"> {
	minutes: number;
	via?: "webhook" | "poll";
}

async function put(
	provider: string,
	{ minutes, via = "webhook", text, ...observation }: Put,
): Promise<Recorded> {
	const now = new Date(noon.getTime() + minutes * 60_000);
	return record(
		{
			provider,
			via,
			observation: {
				...observation,
				...(text === undefined && { body: { of: observation.subject } }),
			},
			text,
			traceparent: newTraceparent(),
			...(via === "poll" && { observedAt: now }),
		},
		{
			inbox: openInbox({
				table: tables.get(provider) ?? "",
				dynamodb: openDynamoDb(),
			}),
			payloads: openPayloads({ bucket, provider, s3: openS3() }),
			now: () => now,
			deadline: new Date(now.getTime() + 60_000),
			retentionDays: 4000,
		},
	);
}

const day = "--since 2026-05-10 --until 2026-05-11";

describe("billhook events", () => {
	test("lists every provider's, newest first, with ids", async () => {
		const { code, lines } = await typed(`events ${day} --json`);
		const rows = lines.map((line) => EventRow.parse(JSON.parse(line)));
		expect(code).toBe(0);
		expect(rows.map(({ subject, provider }) => [provider, subject])).toEqual([
			["beta", "large"],
			["beta", "bill-5"],
			["alpha", "bill-4"],
			["beta", "bill-3"],
			["alpha", "bill-2"],
			["alpha", "bill-9"],
			["alpha", "bill-0"],
			["beta", "bill-1"],
			["alpha", "bill-0"],
		]);
		for (const { id } of rows) expect(id).toMatch(/^[\w-]{43}$/);
		const people = await typed(`events ${day}`);
		expect(people.lines.map((line) => line.split(" ")[0])).toEqual(
			rows.map(({ id }) => id),
		);
	});

	test.each([
		["--provider beta", 4],
		["--type alpha.bill.paid", 3],
		["--type alpha.*", 5],
		["--via poll", 1],
		["--subject bill-0", 2],
		["--subject bill-0 --type *.paid", 0],
		["--subject bill-0 --type alpha.state.*", 1],
		["--subject bill-9 --via webhook", 0],
	])("with %s means %i of them", async (filter, count) => {
		const { code, stdout } = await typed(`events ${day} ${filter} --count`);
		expect([stdout, code]).toEqual([`${count}\n`, count > 0 ? 0 : 3]);
	});

	test("keeps to its time, to the millisecond", async () => {
		const from = async (since: string, until: string) =>
			(await typed(`events --since ${since} --until ${until} --count`)).stdout;
		expect(await from("2026-05-10T12:00", "2026-05-10T12:00")).toBe("1\n");
		expect(await from("2026-05-10T12:00:00.001Z", "2026-05-10T12:40")).toBe(
			"1\n",
		);
		expect(await from("2026-05-10T12:59:59.940Z", "2026-05-10T13:01")).toBe(
			"2\n",
		);
	});

	test("of a provider that is not there names the nearest", async () => {
		const { code, stderr } = await typed(`events ${day} --provider alpa`);
		expect(stderr).toContain('There is no provider "alpa"');
		expect(stderr).toContain("is alpha meant?");
		expect(code).toBe(2);
	});
});

describe("billhook show", () => {
	const idOf = async (subject: string) =>
		JSON.parse(
			(await typed(`events ${day} --subject ${subject} --json`)).stdout,
		).id;

	test("finds an event by its id, and prints its attributes and data", async () => {
		const id = await idOf("bill-3");
		const { code, stdout } = await typed(`show ${id} ${day}`);
		expect(stdout).toContain(`id           ${id}\n`);
		expect(stdout).toContain("subject      bill-3\n");
		expect(stdout).toMatch(/\n\n\{"of":"bill-3"\}\n$/);
		expect(code).toBe(0);
		const json = await typed(`show ${id} ${day} --json`);
		expect(JSON.parse(json.stdout)).toMatchObject({
			id,
			provider: "beta",
			data: { of: "bill-3" },
		});
		const message = await typed(`show ${id} ${day} --message`);
		expect(JSON.parse(message.stdout)).toMatchObject({
			specversion: "1.0",
			id,
		});
	});

	test("prints data byte for byte, from the bucket too", async () => {
		const id = await idOf("large");
		const shown = await typed(`show ${id} ${day}`);
		expect(shown.stdout).toContain(`dataref      s3://${bucket}/beta/`);
		const raw = await typed(`show ${id} ${day} --raw`);
		expect(raw.stdout === large).toBe(true);
	});

	test("takes the ids that a list prints", async () => {
		const { stdout: stdin } = await typed(`events ${day} --provider alpha`);
		const { code, lines } = await typed(`show --ids - ${day} --json`, {
			stdin,
		});
		expect(code).toBe(0);
		expect(lines).toHaveLength(stdin.trimEnd().split("\n").length);
	});

	test("says how far back it has looked where there is none", async () => {
		const { code, stderr } = await typed(`show nobody ${day}`);
		expect(stderr).toContain(
			"No event nobody since 2026-05-10T00:00:00.000Z; --since looks further",
		);
		expect(code).toBe(3);
		expect((await typed("show")).code).toBe(2);
	});
});

describe("an event whose envelope cannot be read", () => {
	const days = "--since 2026-05-12 --until 2026-05-13";
	const said = "its envelope in the inbox cannot be read";
	let ids: string[];
	beforeAll(async () => {
		ids = [];
		for (const [number, subject] of ["one", "two", "three"].entries()) {
			const { id = "" } = await put("beta", {
				minutes: 2 * 24 * 60 + number,
				type: "bill.paid",
				subject,
				identity: once(subject),
			});
			ids.push(id);
		}
		await damage(cloud.dynamodb, tables.get("beta") ?? "", ids[1] ?? "");
	});

	test("is listed in its place by what stands beside it, and hides no other", async () => {
		const { code, lines } = await typed(`events ${days}`);
		expect(lines.map((line) => line.split(" ")[0])).toEqual(ids.toReversed());
		expect(lines[1]).toMatch(
			/2026-05-12T12:01:00.000Z {2}webhook {2}beta.bill.paid .*\(its envelope .* cannot be read\)$/,
		);
		expect(code).toBe(0);
		const json = await typed(`events ${days} --json`);
		expect(json.lines.map((line) => JSON.parse(line))[1]).toEqual({
			id: ids[1],
			recordedtime: "2026-05-12T12:01:00.000Z",
			provider: "beta",
			type: "beta.bill.paid",
			via: "webhook",
			unreadable: true,
		});
		const { stdout } = await typed(`events ${days} --subject two --count`);
		expect(stdout).toBe("1\n");
	});

	test("is shown without data, and the others with theirs", async () => {
		const { code, lines, stderr } = await typed(
			`show ${ids.join(" ")} ${days} --json`,
		);
		const shown = lines.map((line) => JSON.parse(line));
		expect(shown.map(({ data }) => data?.of)).toEqual([
			"one",
			undefined,
			"three",
		]);
		expect(stderr).toBe(`Of ${ids[1]} there is no data: ${said}.\n`);
		expect(code).toBe(1);
		const people = await typed(`show ${ids[1]} ${days}`);
		expect(people.stdout).toMatch(/^id .*\n.*type +beta.bill.paid\n.*true\n/s);
		for (const part of ["--raw", "--message"]) {
			const { stdout, code } = await typed(`show ${ids[1]} ${days} ${part}`);
			expect([stdout, code]).toEqual(["", 1]);
		}
	});
});

test("a local cloud that has ended says so", async () => {
	const gone = { ...cloud.endpoints, sqs: "http://127.0.0.1:9" };
	using elsewhere = temporaryFolder();
	const ended = typeAt({ endpoints: gone }, elsewhere.path, {});
	const { code, stderr } = await ended("events");
	expect(stderr).toContain("does not answer at http://127.0.0.1:9. npm start");
	expect(code).toBe(1);
});
