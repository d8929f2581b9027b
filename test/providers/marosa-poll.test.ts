import { afterAll, beforeAll, describe, expect, test } from "vitest";
import provider from "../../functions/providers/marosa/provider.ts";
import openSimulator, {
	type MarosaOptions,
} from "../../functions/providers/marosa/simulator.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { expectOneEvent, expectSameShape } from "../support/meet.ts";
import { openTestBed, type TestBedOptions } from "../support/test-bed.ts";

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

const documentId = "INV/2025 00123";
const minute = 60;
const hour = 3600;

const open = (around: MarosaOptions = {}, options: TestBedOptions = {}) =>
	openTestBed(
		cloud,
		provider,
		(more) => openSimulator({ ...around, ...more }),
		options,
	);
type TestBed = Awaited<ReturnType<typeof open>>;

const lose = (bed: TestBed) =>
	bed.simulator.webhooks.fate("drop", Number.POSITIVE_INFINITY);
const lists = (bed: TestBed) =>
	bed.simulator.requests.filter(({ path }) => path.endsWith("/v1.1/documents"));

describe("the list", () => {
	test("brings both of a document's states, in the notification's shape", async () => {
		await using bed = await open();
		lose(bed);
		await bed.acts.create({
			documentId,
			currentStatus: "OK",
			externalStatus: "APPROVED",
		});
		expect(await bed.poll()).toMatchObject({ recovered: 2, failed: 0 });
		const events = await bed.events();
		const rest = {
			documentId,
			currentStatus: "OK",
			externalStatus: "APPROVED",
			flowDetail: "VERIFACTU",
		};
		expect(events.map(({ data }) => data)).toEqual([
			{
				eventId: null,
				eventType: "DOCUMENT_STATUS_CHANGED",
				occurredAt: null,
				...rest,
			},
			{
				eventId: null,
				eventType: "INVOICE_STATUS_CHANGED",
				occurredAt: null,
				...rest,
			},
		]);
		for (const event of events) expectSameShape(event, provider);
	});

	test.each([undefined, null, ""])(
		"tells nothing of an external status that is %j",
		async (externalStatus) => {
			await using bed = await open();
			lose(bed);
			await bed.acts.create({ documentId, externalStatus });
			await bed.poll();
			expect((await bed.events()).map(({ type }) => type)).toEqual([
				"marosa.document.status_changed",
			]);
		},
	);

	test("is read to its last page, and on from there when the budget ends", async () => {
		await using bed = await open();
		lose(bed);
		for (let number = 0; number < 120; number++)
			await bed.acts.create({
				documentId: `d-${number}`,
				currentStatus: "OK",
			});
		bed.pass(5 * minute);
		bed.simulator.faults.add({
			kind: "status",
			status: 429,
			path: "/documents",
			headers: { "retry-after": "60" },
		});
		await bed.poll();
		bed.pass(2 * minute);
		expect(await bed.poll()).toMatchObject({ recovered: 120, failed: 0 });
		expect(
			lists(bed)
				.slice(1)
				.map(({ query }) => query.get("page")),
		).toEqual([...["0", "1", "2", "3"]]);
	});

	test("is read again until nothing is new, where its last pass is longer ago than its overlap", async () => {
		await using bed = await open();
		lose(bed);
		await bed.poll();
		const pagesAfter = async (hours: number) => {
			bed.pass(hours * hour);
			for (let number = 0; number < 60; number++)
				await bed.acts.create({
					documentId: `d-${hours}-${number}`,
					currentStatus: "OK",
				});
			bed.pass(5 * minute);
			const before = lists(bed).length;
			expect(await bed.poll()).toMatchObject({ recovered: 60, failed: 0 });
			return lists(bed)
				.slice(before)
				.map(({ query }) => query.get("page"));
		};
		expect(await pagesAfter(23)).toEqual(["0", "1", "2"]);
		const twice = ["0", "1", "2", "3", "0", "1", "2", "3"];
		expect(await pagesAfter(25)).toEqual(twice);
	});

	test.each([
		["has no status at all", { documentId: "odd" }],
		[
			"has an id that nobody can hold",
			{ documentId: "x".repeat(1025), currentStatus: "CREATED" },
		],
	])("leaves aside a document that %s", async (_, odd) => {
		await using bed = await open();
		const documents = ["a", "b"].map((id) => ({
			documentId: id.repeat(501),
			currentStatus: "CREATED",
		}));
		bed.simulator.faults.add({
			kind: "shape",
			body: { documents: [...documents, odd] },
			path: "/documents",
		});
		expect(await bed.poll()).toMatchObject({ recovered: 2, failed: 1 });
		expect(await bed.watches()).toHaveLength(2);
		expect(await bed.quarantined()).toMatchObject([
			{ reason: "polled", body: JSON.stringify(odd) },
		]);
	});

	test("resumes at the page behind the last durable one", async () => {
		await using bed = await open();
		lose(bed);
		for (let number = 0; number < 60; number++)
			await bed.acts.create({
				documentId: `d-${number}`,
				currentStatus: "OK",
			});
		bed.pass(5 * minute);
		bed.simulator.faults.add({
			kind: "status",
			status: 500,
			path: "/documents",
			after: 1,
			times: 2,
		});
		expect(await bed.poll()).toMatchObject({ recovered: 50, failed: 1 });
		bed.pass(15 * minute);
		expect(await bed.poll()).toMatchObject({
			recovered: 10,
			known: 0,
			failed: 0,
		});
		expect(lists(bed)[3]?.query.get("page")).toBe("1");
	});

	test("asks from a day before its last pass, whenever that was", async () => {
		await using bed = await open();
		await bed.poll();
		bed.pass(72 * hour);
		await bed.poll();
		expect(lists(bed).map(({ query }) => query.get("updatedFrom"))).toEqual([
			"2026-11-20T12:00:00.000Z",
			"2026-11-20T12:00:00.000Z",
		]);
	});

	test("asks the inbox no more about a version that it has settled", async () => {
		await using bed = await open();
		lose(bed);
		await bed.acts.create({ documentId, currentStatus: "OK" });
		bed.pass(5 * minute);
		expect(await bed.poll()).toMatchObject({ observed: 1 });
		bed.pass(15 * minute);
		expect(await bed.poll()).toMatchObject({ observed: 0 });
		await bed.acts.setStatus({ documentId, currentStatus: "ERROR" });
		bed.pass(15 * minute);
		expect(await bed.poll()).toMatchObject({ recovered: 1 });
		await bed.acts.setStatus({ documentId, currentStatus: "OK" });
		bed.pass(15 * minute);
		expect(await bed.poll()).toMatchObject({ recovered: 1 });
	});

	test("drops what it saw while a notification came, and finds it later", async () => {
		await using bed = await open();
		bed.simulator.webhooks.fate("hold");
		await bed.acts.create({ documentId, currentStatus: "PROCESSING" });
		bed.pass(hour);
		bed.simulator.webhooks.fate("drop");
		await bed.acts.setStatus({ documentId, currentStatus: "OK" });
		bed.pass(5 * minute);
		await bed.simulator.webhooks.release();
		expect(await bed.poll()).toMatchObject({ stale: 1, recovered: 0 });
		bed.pass(15 * minute);
		expect(await bed.poll()).toMatchObject({ stale: 0, recovered: 1 });
	});

	test("does not move beyond what it saw too early, however far back that lies", async () => {
		await using bed = await open();
		await bed.poll();
		const { webhooks } = bed.simulator;
		webhooks.fate("hold");
		await bed.acts.create({ documentId, currentStatus: "OK" });
		lose(bed);
		await bed.acts.setStatus({ documentId, currentStatus: "ERROR" });
		bed.pass(30 * hour);
		await webhooks.release();
		expect(await bed.poll()).toMatchObject({ stale: 1, recovered: 0 });
		bed.pass(15 * minute);
		expect(await bed.poll()).toMatchObject({ stale: 0, recovered: 1 });
	});

	test.each(["2026-11-21", "2026-11-21T00:00:00Z", undefined])(
		"finds a status that came back where changes are dated %j",
		async (updatedAt) => {
			await using bed = await open();
			for (const currentStatus of ["OK", "ERROR", "OK"]) {
				const body = { documents: [{ documentId, currentStatus, updatedAt }] };
				bed.simulator.faults.add({ kind: "shape", body, path: "/documents" });
				expect(await bed.poll()).toMatchObject({ recovered: 1, failed: 0 });
				bed.simulator.faults.clear();
				bed.pass(15 * minute);
			}
		},
	);

	test("that repeats a page asks for the page's parameter", async () => {
		await using bed = await open({}, { settings: { pageParameter: "pagina" } });
		await bed.acts.create({ documentId });
		const { failures, failed } = await bed.poll();
		expect(failed).toBe(1);
		expect(Object.keys(failures ?? {}).join()).toContain('"pageParameter"');
	});

	test("is asked by the names that a person has set", async () => {
		await using bed = await open(
			{},
			{
				settings: {
					pageParameter: "",
					sizeParameter: "",
					sinceParameter: "since",
					filter: "flow=ISSUED&status=OK",
					listField: "",
					documentIdField: "id",
					currentStatusField: "status",
					externalStatusField: "ext",
					updatedField: "at",
				},
			},
		);
		const body = [
			{ id: "d", status: "OK", ext: "APPROVED", at: "2026-11-21T11:00:00Z" },
		];
		bed.simulator.faults.add({ kind: "shape", body, path: "/documents" });
		expect(await bed.poll()).toMatchObject({ recovered: 2, failed: 0 });
		expect(Object.fromEntries(lists(bed)[0]?.query ?? [])).toEqual({
			flow: "ISSUED",
			status: "OK",
			since: "2026-11-20T12:00:00.000Z",
		});
	});

	test.each([
		["another field", { results: [] }],
		["documents without ids", { documents: [{ currentStatus: "OK" }] }],
		[
			"documents without any status",
			{ documents: [{ documentId, state: "OK" }] },
		],
	])("calls %s an unknown shape", async (_, body) => {
		await using bed = await open();
		bed.simulator.faults.add({ kind: "shape", body, path: "/documents" });
		const { failed, failures } = await bed.poll();
		expect(failed).toBe(1);
		expect(Object.keys(failures ?? {}).join()).toContain("unknown shape");
	});
});

describe("a document on its way", () => {
	test("is watched, and found by itself when the list shows it no more", async () => {
		await using bed = await open({ since: "createdAt" });
		lose(bed);
		await bed.acts.create({ documentId, currentStatus: "VALIDATING" });
		await bed.poll();
		expect(await bed.watches()).toMatchObject([{ subject: documentId }]);
		bed.pass(30 * hour);
		await bed.acts.setStatus({ documentId, currentStatus: "OK" });
		expect(await bed.poll()).toMatchObject({ recovered: 1, ended: 1 });
		expect((await bed.events()).map(({ data }) => data.currentStatus)).toEqual([
			"VALIDATING",
			"OK",
		]);
	});

	test("stays watched while a notification of just now speaks against its end", async () => {
		await using bed = await open({ since: "createdAt" });
		lose(bed);
		await bed.acts.create({ documentId });
		for (let run = 0; run < 2; run++) {
			await bed.poll();
			bed.pass(30 * hour);
		}
		const { webhooks } = bed.simulator;
		webhooks.fate("hold");
		await bed.acts.setStatus({ documentId, currentStatus: "PROCESSING" });
		await bed.acts.setStatus({ documentId, currentStatus: "OK" });
		await webhooks.release();
		expect(await bed.poll()).toMatchObject({ stale: 1, ended: 0 });
		bed.pass(7 * hour);
		expect(await bed.poll()).toMatchObject({ recovered: 1, ended: 1 });
	});

	test("that is not there yet is asked for again", async () => {
		await using bed = await open();
		await bed.watch({ subject: documentId });
		bed.pass(hour);
		expect(await bed.poll()).toMatchObject({ failed: 0, ended: 0 });
		expect(await bed.watches()).toHaveLength(1);
	});
});

describe("the token", () => {
	test("is kept until it is about to end, and fetched anew when it is refused", async () => {
		await using bed = await open({ tokenSeconds: 3600 });
		const tokens = () =>
			bed.simulator.requests.filter(({ path }) => path.endsWith("/auth"))
				.length;
		await bed.poll();
		bed.pass(15 * minute);
		await bed.poll();
		expect(tokens()).toBe(1);
		bed.acts.expireTokens({});
		bed.pass(15 * minute);
		expect(await bed.poll()).toMatchObject({ failed: 0 });
		expect(tokens()).toBe(2);
		bed.pass(hour);
		expect(await bed.poll()).toMatchObject({ failed: 0 });
		expect(tokens()).toBe(3);
	});

	test("that cannot be had names the settings to look at", async () => {
		await using bed = await open({}, { settings: { password: "mistyped" } });
		const { settings } = await bed.poll();
		expect(settings).toContain("password");
	});
});

describe("a webhook and the poll that finds the same fact are one event:", () => {
	const gap = { min: 1, max: 7200 };

	test("a document's status", () =>
		expectOneEvent({
			provider,
			open,
			happen: ({ acts }) => acts.create({ documentId, currentStatus: "OK" }),
			events: ["document.status_changed"],
			gap,
		}));

	test("a document's status and then its invoice's", () =>
		expectOneEvent({
			provider,
			open,
			async happen({ acts }) {
				await acts.create({ documentId, currentStatus: "OK" });
				await acts.setExternalStatus({
					documentId,
					externalStatus: "APPROVED",
				});
			},
			events: ["document.status_changed", "invoice.status_changed"],
			gap,
		}));
});
