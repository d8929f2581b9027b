import { afterAll, beforeAll, describe, expect, test } from "vitest";
import caminvoice from "../../functions/providers/caminvoice/provider.ts";
import openCaminvoice from "../../functions/providers/caminvoice/simulator.ts";
import dealpos from "../../functions/providers/dealpos/provider.ts";
import openDealpos from "../../functions/providers/dealpos/simulator.ts";
import finbox from "../../functions/providers/finbox/provider.ts";
import openFinbox from "../../functions/providers/finbox/simulator.ts";
import github from "../../functions/providers/github/provider.ts";
import openGithub from "../../functions/providers/github/simulator.ts";
import marosa from "../../functions/providers/marosa/provider.ts";
import openMarosa from "../../functions/providers/marosa/simulator.ts";
import photon from "../../functions/providers/photon/provider.ts";
import openPhoton from "../../functions/providers/photon/simulator.ts";
import stripe from "../../functions/providers/stripe/provider.ts";
import openStripe from "../../functions/providers/stripe/simulator.ts";
import type { Fault, Misbehaviour } from "../../functions/simulator/faults.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { openTestBed } from "../support/test-bed.ts";

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

// for what hangs; a busy machine may be slow by some of it
const patienceMs = 500;
const hour = 3600;

/** For each provider: one fact whose webhook is lost, the request that would show it, and how often a run may ask. */
const cases = {
	photon: {
		path: "/api/v4/json",
		async open() {
			const bed = await openTestBed(cloud, photon, openPhoton, { patienceMs });
			bed.simulator.webhooks.fate("drop");
			const { photon_key } = bed.acts.submit({});
			await bed.watch({ subject: photon_key });
			await bed.acts.finish({ photon_key });
			return bed;
		},
	},
	finbox: {
		path: "/webhook_payloads/",
		async open() {
			const bed = await openTestBed(cloud, finbox, openFinbox, { patienceMs });
			bed.simulator.webhooks.fate("drop");
			await bed.watch({ subject: "link" });
			await bed.acts.settle({
				entity_id: "e",
				link_id: "link",
				statement_id: "s",
			});
			return bed;
		},
	},
	caminvoice: {
		path: "/document/poll",
		async open() {
			const bed = await openTestBed(cloud, caminvoice, openCaminvoice, {
				patienceMs,
			});
			bed.simulator.webhooks.fate("drop", 2);
			await bed.acts.send({
				document_id: "d",
				supplier: "KHUID000001",
				customer: "elsewhere",
			});
			return bed;
		},
	},
	marosa: {
		path: "/v1.1/documents",
		async open() {
			const bed = await openTestBed(cloud, marosa, openMarosa, { patienceMs });
			bed.simulator.webhooks.fate("drop");
			await bed.acts.create({ documentId: "d", currentStatus: "OK" });
			return bed;
		},
	},
	dealpos: {
		path: "/Payment/Invoice/p",
		async open() {
			const bed = await openTestBed(cloud, dealpos, openDealpos, {
				patienceMs,
			});
			bed.simulator.webhooks.fate("drop");
			await bed.acts.pay({ ID: "p" });
			return bed;
		},
	},
	stripe: {
		path: "/v1/events",
		async open() {
			const bed = await openTestBed(cloud, stripe, openStripe, { patienceMs });
			bed.simulator.webhooks.fate("drop");
			await bed.acts.occur({ type: "charge.succeeded", object: { id: "c" } });
			return bed;
		},
	},
	github: {
		path: "/deliveries",
		async open() {
			const bed = await openTestBed(cloud, github, openGithub, { patienceMs });
			bed.simulator.webhooks.fate("drop");
			await bed.acts.happen({ event: "push", payload: {} });
			return bed;
		},
	},
} as const;

const status = (code: number, headers?: Record<string, string>) =>
	({ kind: "status", status: code, headers }) as const;

const misbehaviours: readonly [string, Misbehaviour][] = [
	["refuses with 401", status(401)],
	["refuses with 403", status(403)],
	["knows nothing (404)", status(404)],
	["has had too much (429)", status(429)],
	[
		"has had too much and says until when",
		status(429, { "retry-after": "600" }),
	],
	["fails with 500", status(500)],
	["fails with 503 and says until when", status(503, { "retry-after": "600" })],
	["never answers", { kind: "hang" }],
	["closes the connection", { kind: "cut" }],
	["loses its answer", { kind: "lost" }],
	["answers half a JSON", { kind: "malformed" }],
	["answers in an unknown shape", { kind: "shape" }],
	["answers with too much", { kind: "oversized", bytes: 11 * 1024 * 1024 }],
	["sends us elsewhere", { kind: "redirect", location: "http://127.0.0.1:1/" }],
];

describe.each(Object.entries(cases))("while %s", (_, { path, open }) => {
	test.each(misbehaviours)(
		"%s, nothing is recorded; afterwards nothing is missing",
		async (_, fault) => {
			await using bed = await open();
			bed.pass(hour);
			const lasting: Fault = {
				...fault,
				path,
				times: Number.POSITIVE_INFINITY,
			};
			bed.simulator.faults.add(lasting);
			const summary = await bed.poll();
			expect(summary).toMatchObject({ observed: 0, recovered: 0 });
			expect(summary.failed > 0 || summary.stopped !== undefined).toBe(true);
			expect(bed.simulator.requests.length).toBeLessThanOrEqual(12);
			bed.simulator.faults.clear();
			bed.pass(6 * hour);
			expect(await bed.poll()).toMatchObject({ recovered: 1, failed: 0 });
			expect(await bed.events()).toHaveLength(1);
		},
	);

	test("asks for too much time between two requests, none is sent earlier", async () => {
		await using bed = await open();
		bed.pass(hour);
		const fault = status(429, { "retry-after": "1800" });
		bed.simulator.faults.add({ ...fault, path });
		await bed.poll();
		const before = bed.simulator.requests.length;
		for (let minutes = 0; minutes < 29; minutes += 7) {
			bed.pass(7 * 60);
			if (minutes + 7 < 30) expect((await bed.poll()).requests).toBe(0);
		}
		expect(bed.simulator.requests).toHaveLength(before);
		bed.pass(6 * hour);
		expect(await bed.poll()).toMatchObject({ recovered: 1, failed: 0 });
	});

	test("fails for a day, it is asked less and less, and then caught up with", async () => {
		await using bed = await open();
		bed.simulator.faults.add({
			...status(503),
			times: Number.POSITIVE_INFINITY,
		});
		let opened = 0;
		for (let run = 0; run < 24 * 6; run++) {
			bed.pass(600);
			if ((await bed.poll()).breakerOpened) opened++;
		}
		expect(opened).toBeGreaterThan(0);
		expect(bed.simulator.requests.length).toBeLessThan(24 * 6);
		bed.simulator.faults.clear();
		bed.pass(6 * hour);
		expect(await bed.poll()).toMatchObject({ recovered: 1 });
	});
});
