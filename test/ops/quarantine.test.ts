import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openQuarantine } from "../../functions/aws/quarantine.ts";
import { openDynamoDb } from "../../functions/aws/signed/dynamodb.ts";
import { openS3 } from "../../functions/aws/signed/s3.ts";
import { receive } from "../../functions/delivery/receive.ts";
import { type Retry, retry } from "../../functions/delivery/retry.ts";
import { installed, type TypedAt, typeAt } from "../support/billhook.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { delivery, eventsOf, openEndpoint } from "../support/endpoint.ts";
import { openFreeInvokeApi } from "../support/invoke.ts";
import { temporaryFolder } from "../support/local-app.ts";
import { newer, older } from "../support/older.ts";

let cloud: Cloud;
const stack = new AsyncDisposableStack();
beforeAll(async () => {
	cloud = stack.use(await openCloud());
});
afterAll(() => stack.disposeAsync());

const day = "--since 2026-11-21 --until 2026-11-22";

/** An inbox in whose quarantine something lies, and a function that reads it as a newer version would. */
async function open() {
	const { endpoint, table, bucket, clock } = await openEndpoint(cloud, older);
	const kept = openQuarantine({
		table,
		bucket,
		dynamodb: openDynamoDb(),
		s3: openS3(),
	});
	const invoked: unknown[] = [];
	const lambda = stack.use(
		await openFreeInvokeApi(async (name, event) => {
			invoked.push([name, event]);
			const again = { ...endpoint, provider: newer, kept };
			return { payload: JSON.stringify(await retry(event as Retry, again)) };
		}),
	);
	const folder = stack.use(temporaryFolder());
	const endpoints = { ...cloud.endpoints, lambda: lambda.endpoint };
	const typed: TypedAt = typeAt({ endpoints }, folder.path, {
		toy: installed({ tables: { inbox: table }, bucket }),
	});
	return {
		typed,
		invoked,
		deliver: async (body: unknown, seconds = 0) => {
			clock.now = new Date(clock.now.getTime() + seconds * 1000);
			return receive(delivery(body, { receivedAt: clock.now }), endpoint);
		},
		events: () => eventsOf(cloud, table),
	};
}

describe("billhook quarantine", () => {
	test("list shows all of a kind as one line, the largest kind first", async () => {
		const { typed, deliver } = await open();
		await deliver("<xml/>");
		const numbers = Array.from({ length: 120 }, (_, number) => number);
		await Promise.all(
			numbers.map((number) => deliver({ id: `p${number}`, state: "sealed" })),
		);
		await deliver({ id: "p0", state: "sealed" }, 60);
		const { code, lines } = await typed(`quarantine list ${day} --json`);
		expect(code).toBe(0);
		expect(lines.map((line) => JSON.parse(line))).toMatchObject([
			{
				reason: "invalid",
				field: "weight",
				entries: 120,
				count: 121,
				first: "2026-11-21T12:00:00.000Z",
				last: "2026-11-21T12:01:00.000Z",
			},
			{ reason: "not-json", field: "", entries: 1 },
		]);
		const people = await typed(`quarantine list ${day}`);
		expect(people.lines).toHaveLength(2);
		const each = await typed(`quarantine list ${day} --each --reason invalid`);
		expect(each.lines).toHaveLength(120);
	});

	test("show prints what was sent, and --raw its bytes", async () => {
		const { typed, deliver } = await open();
		const sent = '{"id":"p1",\n "state":"\u202ered"}';
		await deliver(sent);
		const list = await typed(`quarantine list ${day} --each --json`);
		const { id } = JSON.parse(list.stdout);
		const shown = await typed(`quarantine show ${id}`);
		expect(shown.stdout).toContain("weight: Invalid input");
		expect(shown.stdout).toContain("header     content-type: application/json");
		expect(shown.stdout).not.toContain("\u202e");
		expect((await typed(`quarantine show ${id} --raw`)).stdout).toBe(sent);
		const json = JSON.parse(
			(await typed(`quarantine show ${id} --json`)).stdout,
		);
		expect(json).toMatchObject({ id, provider: "toy", body: sent });
	});

	test("show of an id that is gone says so", async () => {
		const { typed } = await open();
		for (const id of ["A".repeat(43), "nonsense"]) {
			const { code, stderr } = await typed(`quarantine show ${id}`);
			expect(stderr).toContain(`under "${id}"`);
			expect(code).toBe(1);
		}
	});

	test("retry shows what it would do, and does it with --yes alone", async () => {
		const { typed, deliver, invoked, events } = await open();
		for (const number of [1, 2, 3, 4])
			await deliver({ id: `p${number}`, state: "sealed" });
		const asked = await typed(`quarantine retry ${day}`);
		expect(asked.code).toBe(2);
		expect(asked.stderr).toContain("4 read again");
		expect(asked.stderr.match(/ invalid {2}weight:/g)).toHaveLength(3);
		expect(asked.stderr).toContain("and 1 more");
		expect(invoked).toEqual([]);
		const { code, lines } = await typed(`quarantine retry ${day} --yes --json`);
		expect(code).toBe(0);
		expect(lines.map((line) => JSON.parse(line).outcome)).toEqual(
			Array(4).fill("accepted"),
		);
		expect(await events()).toHaveLength(4);
		expect((await typed(`quarantine list ${day}`)).code).toBe(3);
	});

	test("retry leaves conflicts and returns where they are, unless it is told which", async () => {
		const { typed, deliver, events } = await open();
		for (const state of ["packed", "sent", "packed"])
			await deliver({ id: "p1", state, weight: 1 }, 5);
		const all = await typed(`quarantine retry ${day} --yes`);
		expect(all.stderr).toContain("1 left where they are");
		expect(all.code).toBe(3);
		const told = await typed(`quarantine retry ${day} --reason return --yes`);
		expect(told.code).toBe(0);
		expect(await events()).toHaveLength(3);
	});

	test("retry of what stays says why, and ends in trouble", async () => {
		const { typed, deliver } = await open();
		await deliver({ id: 7 });
		const list = await typed(`quarantine list ${day} --each`);
		const { code, stdout, stderr } = await typed(
			"quarantine retry --ids - --yes",
			{ stdin: list.stdout },
		);
		expect(stdout).toContain("quarantined  invalid  id: Invalid input");
		expect(stderr).toContain("0 settled, 1 still in quarantine.");
		expect(code).toBe(1);
	});

	test("names the nearest reason", async () => {
		const { typed } = await open();
		const { code, stderr } = await typed("quarantine list --reason invald");
		expect(stderr).toContain("is invalid meant?");
		expect(code).toBe(2);
	});
});
