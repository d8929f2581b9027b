import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Provider } from "../../functions/provider.ts";
import caminvoice from "../../functions/providers/caminvoice/provider.ts";
import openCaminvoice from "../../functions/providers/caminvoice/simulator.ts";
import dealpos from "../../functions/providers/dealpos/provider.ts";
import openDealpos from "../../functions/providers/dealpos/simulator.ts";
import finbox from "../../functions/providers/finbox/provider.ts";
import openFinbox from "../../functions/providers/finbox/simulator.ts";
import marosa from "../../functions/providers/marosa/provider.ts";
import openMarosa from "../../functions/providers/marosa/simulator.ts";
import photon from "../../functions/providers/photon/provider.ts";
import openPhoton from "../../functions/providers/photon/simulator.ts";
import type { Faults, Misbehaviour } from "../../functions/simulator/faults.ts";
import type { SimulatorOptions } from "../../functions/simulator/simulator.ts";
import type { Webhooks } from "../../functions/simulator/webhooks.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { expectSameShape } from "../support/meet.ts";
import { holds } from "../support/property.ts";
import { type Event, openTestBed } from "../support/test-bed.ts";

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

// for what hangs; a busy machine may be slow by some of it
const patienceMs = 500;
const minute = 60;
const steps = 24;
const numRuns = 4;
const always = Number.POSITIVE_INFINITY;

/** Picks one of these; the seed of the property decides. */
type Choose = <Option>(...options: readonly Option[]) => Option;

const misbehaviours: readonly Misbehaviour[] = [
	...[403, 404, 408, 429, 500, 503].map(
		(status) => ({ kind: "status", status }) as const,
	),
	{ kind: "status", status: 429, headers: { "retry-after": "120" } },
	{ kind: "hang" },
	{ kind: "cut" },
	{ kind: "lost" },
	{ kind: "malformed" },
	{ kind: "shape" },
	{ kind: "redirect", location: "http://127.0.0.1:1/" },
];

interface Troubled {
	simulator: {
		faults: Faults;
		webhooks: Webhooks;
	};
	pass(seconds: number): void;
	poll(): Promise<object>;
}

// no list looks back farther than a webhook is held
const heldSteps = 6;

/** A day on which the API fails and things happen meanwhile, then a quiet one; the last run finds nothing new. */
async function live(
	bed: Troubled,
	choose: Choose,
	{ act, path }: { act: () => Promise<unknown>; path: string },
): Promise<void> {
	const { webhooks, faults } = bed.simulator;
	for (let step = 0; step < steps; step++) {
		const what = choose("act", "act", "poll", "both", "fault", "release");
		if (what === "fault")
			faults.add({ ...choose(...misbehaviours), path, times: choose(1, 2, 3) });
		if (what === "release" || step % heldSteps === heldSteps - 1)
			await webhooks.release({ reversed: choose(true, false) });
		await Promise.all([
			what === "act" || what === "both" ? act() : undefined,
			what === "poll" || what === "both" ? bed.poll() : undefined,
		]);
		bed.pass(choose(1, minute, 11 * minute, 40 * minute));
	}
	faults.clear();
	await webhooks.release();
	for (let run = 0; run < 4; run++) {
		bed.pass(4 * 60 * minute);
		await bed.poll();
	}
	const quiet = { failed: 0, recovered: 0, stale: 0 };
	expect(await bed.poll()).toMatchObject(quiet);
}

/** How often each of them is there. */
function counted(texts: readonly unknown[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const text of texts)
		counts[String(text)] = (counts[String(text)] ?? 0) + 1;
	return counts;
}

/** Who keeps the greatest sequence ends on the present state; those that came and went may be missing. */
function expectPresent(
	lane: readonly Event[],
	stateOf: (event: Event) => unknown,
	held: readonly unknown[],
): void {
	const latest = lane.reduce((one, other) =>
		one.sequence > other.sequence ? one : other,
	);
	expect(stateOf(latest)).toBe(held.at(-1));
	for (const state of new Set(lane.map(stateOf))) expect(held).toContain(state);
}

/** Where a change has its key, none is told oftener than it was. */
function expectNoPhantom(
	found: readonly unknown[],
	held: readonly unknown[],
): void {
	const times = counted(held);
	for (const [state, count] of Object.entries(counted(found)))
		expect([state, count <= (times[state] ?? 0)]).toEqual([state, true]);
}

function expectShapes(events: readonly Event[], provider: Provider): void {
	for (const event of events) expectSameShape(event, provider);
	expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
}

const anyDay = (day: (choose: Choose) => Promise<void>) =>
	holds(
		fc.asyncProperty(fc.gen(), (g) =>
			day((...options) => g(fc.constantFrom, ...options)),
		),
		{ numRuns },
	);

describe("after a day of mixed faults the queue holds what the provider holds:", () => {
	test("photon's finished documents, each once", () =>
		anyDay(async (choose) => {
			await using bed = await openTestBed(cloud, photon, openPhoton, {
				patienceMs,
			});
			const { acts, simulator } = bed;
			const processing: string[] = [];
			await live(bed, choose, {
				path: "/api/",
				async act() {
					const finished = choose(true, false) && processing.shift();
					simulator.webhooks.fate(
						choose("send", "drop", "twice", "hold"),
						always,
					);
					if (finished) return acts.finish({ photon_key: finished });
					const { photon_key } = acts.submit({});
					processing.push(photon_key);
					await bed.watch({ subject: photon_key });
				},
			});
			const events = await bed.events();
			expectShapes(events, photon);
			const done = simulator.facts().filter(({ state }) => state === "done");
			expect(events.map(({ subject }) => subject).sort()).toEqual(
				done.map(({ photon_key }) => photon_key).sort(),
			);
		}));

	test("finbox's payloads of a link, each once", () =>
		anyDay(async (choose) => {
			await using bed = await openTestBed(cloud, finbox, openFinbox, {
				patienceMs,
			});
			const { acts, simulator } = bed;
			await bed.watch({ subject: "link" });
			let statements = 0;
			await live(bed, choose, {
				path: "/entity/",
				async act() {
					const entity_id = choose("e-1", "e-2");
					const progress = choose("completed", "failed");
					if (choose(true, true, false)) {
						const statement_id = `s-${++statements}`;
						simulator.webhooks.fate(
							choose("send", "drop", "twice", "hold"),
							always,
						);
						return acts.settle({
							entity_id,
							link_id: "link",
							statement_id,
							progress,
						});
					}
					// a list tells two failures apart by the second
					bed.pass(1);
					simulator.webhooks.fate(choose("send", "drop", "twice"), always);
					return acts.settle({
						entity_id,
						link_id: "link",
						progress: "failed",
						reason: "wrong",
					});
				},
			});
			const events = await bed.events();
			expectShapes(events, finbox);
			const told = ({
				entity_id,
				statement_id,
				progress,
			}: Record<string, unknown>) => `${entity_id} ${statement_id} ${progress}`;
			expect(events.map(({ data }) => told(data)).sort()).toEqual(
				simulator
					.facts()
					.payloads.map((payload) => told({ ...payload }))
					.sort(),
			);
		}));

	test("caminvoice's deliveries and receipts, each once, and every document's present status", () =>
		anyDay(async (choose) => {
			const open = (options: SimulatorOptions) =>
				openCaminvoice({ ...options, rotates: true });
			await using bed = await openTestBed(cloud, caminvoice, open, {
				patienceMs,
			});
			const { acts, simulator } = bed;
			const supplier = "KHUID000001";
			const customer = "KHUID000002";
			const statuses = new Map<string, string[]>();
			await live(bed, choose, {
				path: "/document/",
				async act() {
					if (choose(true, false, false, false)) acts.expireTokens({});
					simulator.webhooks.fate(
						choose("send", "drop", "twice", "hold"),
						always,
					);
					const document_id = choose("d-1", "d-2");
					const held = statuses.get(document_id);
					if (!held) {
						statuses.set(document_id, []);
						return acts.send({ document_id, supplier, customer });
					}
					const others = ["UNDER_QUERY", "IN_PROCESS", "PAID"].filter(
						(one) => one !== held.at(-1),
					);
					const status = choose(...others);
					held.push(status);
					return acts.setStatus({ document_id, status });
				},
			});
			const events = await bed.events();
			expectShapes(events, caminvoice);
			for (const [document_id, held] of statuses) {
				const own = events.filter(({ subject }) => subject === document_id);
				const types = counted(own.map(({ data }) => data.type));
				expect(types["DOCUMENT.RECEIVED"]).toBe(1);
				expect(types["DOCUMENT.DELIVERED"] ?? 0).toBeLessThanOrEqual(1);
				if (held.length === 0) expect(types["DOCUMENT.DELIVERED"]).toBe(1);
				else
					expectPresent(
						own.filter(({ lane }) => lane),
						({ data }) => data.status,
						held,
					);
			}
		}));

	test("marosa's present statuses of every document, in both lanes", () =>
		anyDay(async (choose) => {
			await using bed = await openTestBed(cloud, marosa, openMarosa, {
				patienceMs,
			});
			const { acts, simulator } = bed;
			const documents = new Map<string, { own: string[]; outside: string[] }>();
			await live(bed, choose, {
				path: "/v1.1/",
				async act() {
					simulator.webhooks.fate(
						choose("send", "drop", "twice", "hold"),
						always,
					);
					const documentId = choose("d-1", "d-2");
					const held = documents.get(documentId);
					if (!held) {
						documents.set(documentId, { own: ["CREATED"], outside: [] });
						return acts.create({ documentId });
					}
					const different = (states: string[], ...all: string[]) => {
						const state = choose(...all.filter((one) => one !== states.at(-1)));
						states.push(state);
						return state;
					};
					if (choose(true, false)) {
						const currentStatus = different(
							held.own,
							"PROCESSING",
							"PENDING_ACTION",
							"OK",
						);
						return acts.setStatus({ documentId, currentStatus });
					}
					const externalStatus = different(
						held.outside,
						"APPROVED",
						"REJECTED",
						"PAID",
					);
					return acts.setExternalStatus({ documentId, externalStatus });
				},
			});
			const events = await bed.events();
			expectShapes(events, marosa);
			for (const [documentId, { own, outside }] of documents) {
				const of = (eventType: string) =>
					events.filter(
						({ data }) =>
							data.documentId === documentId && data.eventType === eventType,
					);
				const lanes = [
					["DOCUMENT_STATUS_CHANGED", "currentStatus", own],
					["INVOICE_STATUS_CHANGED", "externalStatus", outside],
				] as const;
				for (const [type, field, held] of lanes) {
					if (held.length === 0) continue;
					const stateOf = ({ data }: Event) => data[field];
					expectPresent(of(type), stateOf, held);
					expectNoPhantom(of(type).map(stateOf), held);
				}
			}
		}));

	test("dealpos's payments as they are now", () =>
		anyDay(async (choose) => {
			await using bed = await openTestBed(cloud, dealpos, openDealpos, {
				patienceMs,
			});
			const { acts, simulator } = bed;
			const amounts = new Map<string, number[]>();
			const removed = new Set<string>();
			await live(bed, choose, {
				path: "/Payment/",
				async act() {
					if (choose(true, false, false, false)) acts.expireTokens({});
					simulator.webhooks.fate(
						choose("send", "drop", "twice", "hold"),
						always,
					);
					const ID = choose("p-1", "p-2", "p-3");
					const held = amounts.get(ID);
					if (removed.has(ID)) return;
					if (!held) {
						amounts.set(ID, [1]);
						return acts.pay({ ID, Amount: 1 });
					}
					if (choose(true, ...Array(7).fill(false))) {
						removed.add(ID);
						return acts.remove({ ID });
					}
					const Amount = choose(
						...[1, 2, 3].filter((one) => one !== held.at(-1)),
					);
					held.push(Amount);
					return acts.update({ ID, Amount });
				},
			});
			const events = await bed.events();
			expectShapes(events, dealpos);
			for (const [ID, held] of amounts) {
				const own = events.filter(({ subject }) => subject === ID);
				const types = counted(own.map(({ type }) => type));
				expect(types["dealpos.payment.created"] ?? 0).toBeLessThanOrEqual(1);
				expect(types["dealpos.payment.deleted"] ?? 0).toBeLessThanOrEqual(
					removed.has(ID) ? 1 : 0,
				);
				const states = own.filter(({ type }) => !type.endsWith("deleted"));
				if (!removed.has(ID))
					expectPresent(states, ({ data }) => data.Amount, held);
			}
			expect(
				simulator.requests.some(({ path }) => path.endsWith("/Invoice")),
			).toBe(false);
		}));
});
