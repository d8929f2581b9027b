import { ScanCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import {
	afterAll,
	beforeAll,
	beforeEach,
	describe,
	expect,
	test,
} from "vitest";
import * as z from "zod";
import { withPatience } from "../../functions/aws/dynamodb.ts";
import {
	type OpenWatches,
	openWatches,
} from "../../functions/aws/watches/watches.ts";
import type { KeptWatch } from "../../functions/polling/kept-watch.ts";
import type { Watches } from "../../functions/polling/poll.ts";
import { clients } from "../support/clients.ts";
import { type Cloud, engines, openCloud } from "../support/cloud.ts";
import { openWire } from "../support/wire.ts";

// the engines by turns, so that each client is tried once
const places = clients.map((client, index) => ({
	engine: engines[index % engines.length],
	...client,
}));

const rules: Watches = {
	kinds: ["document", "batch"],
	subject: z.string().min(1).max(500),
	firstSeconds: 60,
	longestSeconds: 3600,
	async *ask() {
		yield { sightings: [] };
		return "waiting";
	},
};

const start = new Date("2026-11-21T12:00:00Z");
const later = (seconds: number) => new Date(start.getTime() + seconds * 1000);

describe.each(places)("watches, on $engine, by $by", (place) => {
	const { engine, openDynamoDb } = place;
	let cloud: Cloud;
	let table: string;
	let watches: OpenWatches;
	let now: Date;

	beforeAll(async () => {
		cloud = await openCloud({ engine });
	});
	afterAll(() => cloud[Symbol.asyncDispose]());
	beforeEach(async () => {
		now = start;
		table = await cloud.watchesTable();
		watches = open();
	});

	function open(options: Partial<Parameters<typeof openWatches>[0]> = {}) {
		const dynamodb = withPatience(openDynamoDb(), () => 20_000);
		const clock = { now: () => now, random: () => 0.5 };
		return openWatches({ table, rules, dynamodb, ...clock, ...options });
	}

	async function dueAt(at: Date): Promise<KeptWatch[]> {
		const due: KeptWatch[] = [];
		for await (const watch of watches.due(at)) due.push(watch);
		return due;
	}

	async function listed(): Promise<KeptWatch[]> {
		const all: KeptWatch[] = [];
		let next: string | undefined;
		do {
			const page = await watches.list(next);
			all.push(...page.watches);
			next = page.next;
		} while (next);
		return all;
	}

	test("are started once, however often", async () => {
		const first = await watches.start({ subject: "s" });
		now = later(10);
		const again = await watches.start({ subject: "s" });
		expect(first.known).toBe(false);
		expect(again.known).toBe(true);
		const { watch } = first;
		expect(again.watch).toMatchObject({ startedAt: start, due: watch.due });
		expect(await listed()).toEqual([again.watch]);
	});

	test("that are asked for again last longer, and never shorter", async () => {
		await watches.start({ subject: "s" });
		now = later(71 * 3600);
		const again = await watches.start({ subject: "s" });
		expect(again.watch.deadline).toEqual(later((71 + 72) * 3600));
		await watches.start({ subject: "s", deadline: later(80 * 3600) });
		expect(await listed()).toEqual([again.watch]);
		const claim = watches.claim(again.watch, later(100 * 3600));
		expect(await claim).toMatchObject({ deadline: again.watch.deadline });
	});

	test("are asked for again by many at a time, each of whom is heard", async () => {
		await watches.start({ subject: "s" });
		await Promise.all(
			Array.from({ length: 10 }, (_, index) =>
				watches.start({ subject: "s", deadline: later(300_000 + index) }),
			),
		);
		expect(await listed()).toMatchObject([{ deadline: later(300_009) }]);
	});

	test("are started once by fifty at a time", async () => {
		const started = await Promise.all(
			Array.from({ length: 50 }, () => watches.start({ subject: "s" })),
		);
		expect(started.filter(({ known }) => !known)).toHaveLength(1);
	});

	test("are apart by their kind", async () => {
		await watches.start({ subject: "s" });
		const batch = await watches.start({ subject: "s", kind: "batch" });
		expect(batch.known).toBe(false);
		expect(await listed()).toHaveLength(2);
	});

	test("keep no subject in a key", async () => {
		const subject = "data/ann@example.com/1.json";
		await watches.start({ subject, reference: "ann@example.com" });
		const { Items = [] } = await cloud.dynamodb.send(
			new ScanCommand({ TableName: table }),
		);
		expect(Items).toHaveLength(2);
		for (const { pk, sk } of Items)
			expect(`${pk?.S} ${sk?.S}`).not.toContain("ann");
	});

	test("are found by their reference, also when they have ended", async () => {
		const { watch } = await watches.start({ subject: "s", reference: "r" });
		expect(await watches.byReference("r")).toBe("s");
		await watches.end(watch);
		expect(await watches.byReference("r")).toBe("s");
		expect(await watches.byReference("other")).toBeUndefined();
		now = later((72 / 24 + 400) * 86_400 - 1);
		expect(await watches.byReference("r")).toBe("s");
		now = later((72 / 24 + 400) * 86_400 + 1);
		expect(await watches.byReference("r")).toBeUndefined();
	});

	test("take a reference that comes later", async () => {
		await watches.start({ subject: "s" });
		const again = await watches.start({ subject: "s", reference: "r" });
		expect(again).toMatchObject({ known: true, watch: { reference: "r" } });
		expect(await watches.byReference("r")).toBe("s");
		expect(await listed()).toMatchObject([{ subject: "s", reference: "r" }]);
		const { watch } = await watches.start({ subject: "s", reference: "r" });
		expect(await watches.claim(watch, later(100))).toBeDefined();
	});

	test("give a reference to the newest subject that named it", async () => {
		await watches.start({ subject: "s", reference: "r" });
		now = later(10);
		const second = await watches.start({ subject: "t", reference: "r" });
		expect(second.known).toBe(false);
		expect(await watches.byReference("r")).toBe("t");
		now = later(20);
		await watches.start({ subject: "s", reference: "r" });
		expect(await watches.byReference("r")).toBe("t");
		await watches.stop({ subject: "s", kind: "document" });
		expect(await watches.byReference("r")).toBe("t");
	});

	test("are forgotten with their reference when they are stopped", async () => {
		await watches.start({ subject: "s", reference: "r" });
		const watch = { subject: "s", kind: "document" };
		expect(await watches.stop(watch)).toBe(true);
		expect(await watches.stop(watch)).toBe(false);
		expect(await watches.byReference("r")).toBeUndefined();
		const other = await watches.start({ subject: "t", reference: "r" });
		expect(other.known).toBe(false);
	});

	test("count as absent when they have expired, whether or not they are still there", async () => {
		await watches.start({ subject: "s" });
		now = later((3 + 31) * 86_400);
		expect((await watches.start({ subject: "s" })).known).toBe(false);
	});

	test("are due when their time has come, the oldest first", async () => {
		for (let index = 0; index < 300; index++) {
			now = later((index * 7919) % 300);
			await watches.start({ subject: `s${index}` });
		}
		const due = await dueAt(later(199));
		const times = due.map((watch) => watch.due.getTime());
		expect(times).toEqual(times.toSorted());
		expect(times).toHaveLength(200);
		expect(new Set(due.map(({ subject }) => subject)).size).toBe(200);
		expect(await dueAt(later(-1))).toEqual([]);
	});

	test("are claimed by one run, and due again at the time that it set", async () => {
		await watches.start({ subject: "s" });
		const [watch] = await dueAt(later(60));
		if (!watch) throw new Error("Nothing is due.");
		const claims = await Promise.all(
			Array.from({ length: 20 }, () => watches.claim(watch, later(200))),
		);
		expect(claims.filter(Boolean)).toHaveLength(1);
		expect(await dueAt(later(199))).toEqual([]);
		expect(await dueAt(later(200))).toMatchObject([{ asked: 1 }]);
	});

	test("go back to where they were when nothing could be asked", async () => {
		await watches.start({ subject: "s" });
		const [watch] = await dueAt(later(60));
		if (!watch) throw new Error("Nothing is due.");
		const claimed = await watches.claim(watch, later(200));
		if (!claimed) throw new Error("It cannot be claimed.");
		await watches.release(claimed, watch);
		const [again] = await dueAt(later(60));
		expect(again).toEqual({ ...watch, version: watch.version + 2 });
	});

	test("that another run has moved meanwhile are not put back", async () => {
		await watches.start({ subject: "s" });
		const [watch] = await dueAt(later(60));
		if (!watch) throw new Error("Nothing is due.");
		const claimed = await watches.claim(watch, later(200));
		if (!claimed) throw new Error("It cannot be claimed.");
		await watches.claim(claimed, later(400));
		await watches.release(claimed, watch);
		expect(await dueAt(later(399))).toEqual([]);
	});

	test("end for the run that claimed them, and not if they were asked for again meanwhile", async () => {
		const { watch } = await watches.start({ subject: "s" });
		const claimed = await watches.claim(watch, later(200));
		if (!claimed) throw new Error("It cannot be claimed.");
		now = later(10);
		await watches.start({ subject: "s" });
		expect(await watches.end(claimed)).toBe(false);
		expect(await listed()).toHaveLength(1);
		await watches.stop(watch);
		await watches.start({ subject: "s" });
		now = later(20);
		// the new one has by chance the version of the old
		await watches.start({ subject: "s" });
		expect(await watches.end(claimed)).toBe(false);
		const [newer] = await listed();
		if (!newer) throw new Error("It has ended.");
		expect(await watches.end(newer)).toBe(true);
		expect(await watches.end(newer)).toBe(true);
	});

	test("are claimed also where the answer to the claim was lost", async () => {
		const { watch } = await watches.start({ subject: "s" });
		let losing = true;
		await using wire = await openWire(cloud.endpoints.dynamodb, () => {
			if (!losing) return undefined;
			losing = false;
			return "lost";
		});
		const dynamodb = withPatience(openDynamoDb(wire.endpoint));
		const claim = open({ dynamodb }).claim(watch, later(200));
		expect(await claim).toMatchObject({ asked: 1, version: 2 });
		expect(wire.passed).toHaveLength(2);
	});

	test("say whether asking has ever shown anything, and do not come back by it", async () => {
		const { watch } = await watches.start({ subject: "s" });
		await watches.markSeen(watch);
		expect(await listed()).toMatchObject([{ seen: true }]);
		await watches.end(watch);
		await watches.markSeen(watch);
		expect(await listed()).toEqual([]);
	});

	test("come on one page, however they are spread, until it is full", async () => {
		for (let index = 0; index < 20; index++)
			await watches.start({ subject: `s${index}` });
		const page = await watches.list();
		expect(page.watches).toHaveLength(20);
		expect(page.next).toBeUndefined();
	});

	test("are listed whole, page by page", async () => {
		const subjects = Array.from({ length: 250 }, (_, index) => `s${index}`);
		await Promise.all(subjects.map((subject) => watches.start({ subject })));
		const all = await listed();
		expect(all.map(({ subject }) => subject).toSorted()).toEqual(
			subjects.toSorted(),
		);
	});

	test.each(["", "x", Buffer.from("[99,null]").toString("base64url")])(
		"are not listed from a place that was never given: %j",
		async (next) => {
			await expect(watches.list(next)).rejects.toMatchObject({
				name: "UnknownPage",
			});
		},
	);

	test("cannot be started where a provider has none", async () => {
		await expect(
			open({ rules: undefined }).start({ subject: "s" }),
		).rejects.toThrow();
	});

	test("that the index still shows at their old time are not claimed", async () => {
		await watches.start({ subject: "s" });
		const [stale] = await dueAt(later(60));
		if (!stale) throw new Error("Nothing is due.");
		await cloud.dynamodb.send(
			new UpdateItemCommand({
				TableName: table,
				Key: await keyOfOnly(),
				UpdateExpression: "SET version = :other",
				ExpressionAttributeValues: { ":other": { N: "9" } },
			}),
		);
		expect(await watches.claim(stale, later(100))).toBeUndefined();
	});

	async function keyOfOnly() {
		const { Items = [] } = await cloud.dynamodb.send(
			new ScanCommand({ TableName: table }),
		);
		const { pk, sk } = Items[0] ?? {};
		if (!pk || !sk) throw new Error("The table is empty.");
		return { pk, sk };
	}
});
