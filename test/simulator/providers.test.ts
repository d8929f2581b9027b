import { describe, expect, test } from "vitest";
import openCaminvoice from "../../functions/providers/caminvoice/simulator.ts";
import openDealpos from "../../functions/providers/dealpos/simulator.ts";
import openFinbox from "../../functions/providers/finbox/simulator.ts";
import openMarosa from "../../functions/providers/marosa/simulator.ts";
import openPhoton from "../../functions/providers/photon/simulator.ts";
import { clockAt, get, post } from "../support/asking.ts";

describe("photon", () => {
	const proof = {
		"CLIENT-ID": "simulated-client",
		AUTHORIZATION: "apikey simulated-user:simulated-key",
		PASSWORD: "simulated-password",
		"SECRET-KEY": "simulated-secret",
	};
	const photon_key = "data/johndoe@abc.com/2026-01-05/23-40-12_a b.json";
	const query = `?photon_key=${encodeURIComponent(photon_key)}`;

	test("asks for all four headers", async () => {
		await using photon = await openPhoton();
		photon.acts.submit({ photon_key });
		const url = `${photon.url}/api/v4/json${query}`;
		expect((await get(url, proof)).status).toBe(200);
		for (const missing of Object.keys(proof)) {
			const { [missing as keyof typeof proof]: _, ...rest } = proof;
			expect((await get(url, rest)).json).toEqual({
				message: "Authentication failed. Please check your credentials",
				status: "error",
			});
		}
	});

	test("says that a document is being processed, then what it holds, on both endpoints", async () => {
		await using photon = await openPhoton();
		photon.acts.submit({ photon_key });
		const json = () => get(`${photon.url}/api/v4/json${query}`, proof);
		const webhook = () => post(`${photon.url}/webhook${query}`, proof);
		const processing = {
			message: "The document you submitted is being processed.",
			status: "success",
		};
		expect((await json()).json).toEqual(processing);
		expect((await webhook()).json).toEqual(processing);
		await photon.acts.finish({ photon_key, data: { Total: 3 } });
		const done = {
			data: expect.objectContaining({ photon_key, Total: 3 }),
			message: "success",
			status: "success",
		};
		expect((await json()).json).toEqual(done);
		expect((await webhook()).json).toEqual(done);
		photon.acts.answerAs({ shape: "array" });
		expect((await json()).json).toEqual([done.data]);
		photon.acts.answerAs({ shape: "bare" });
		expect((await json()).json).toEqual(done.data);
		photon.acts.remove({ photon_key });
		expect((await json()).status).toBe(404);
	});

	test("calls back with the envelope and the reference, or with the reference alone", async () => {
		await using photon = await openPhoton();
		photon.webhooks.fate("drop", 2);
		photon.acts.submit({ photon_key, ID: "order-1" });
		await photon.acts.finish({ photon_key });
		await photon.acts.finish({ photon_key, by: "ID" });
		const [full, bare] = photon.webhooks.sent.map(({ text }) =>
			JSON.parse(text),
		);
		expect(full).toMatchObject({ ID: "order-1", data: { photon_key } });
		expect(bare).toMatchObject({ ID: "order-1" });
		expect(bare.data.photon_key).toBeUndefined();
	});
});

describe("finbox", () => {
	const proof = {
		"x-api-key": "simulated-key",
		"server-hash": "simulated-hash",
	};

	test("asks for both headers, and for the last slash", async () => {
		await using finbox = await openFinbox();
		const path = `${finbox.settings.apiUrl}/v1/entity/webhook_payloads`;
		expect((await get(`${path}/?link_id=l`, proof)).json).toEqual({
			payloads: [],
		});
		expect((await get(`${path}?link_id=l`, proof)).status).toBe(301);
		for (const header of ["x-api-key", "server-hash"] as const) {
			const one = { [header]: proof[header] };
			expect((await get(`${path}/?link_id=l`, one)).status).toBe(401);
		}
	});

	test("lists a link's payloads newest first, with the time that the webhook does not tell", async () => {
		const { clock, pass } = clockAt("2020-03-06T12:46:33.900Z");
		await using finbox = await openFinbox({ clock, zone: "+05:30" });
		await finbox.acts.settle({
			entity_id: "e",
			link_id: "l 1",
			progress: "failed",
			reason: "wrong",
		});
		pass(60);
		await finbox.acts.settle({
			entity_id: "e",
			link_id: "l 1",
			statement_id: "s",
		});
		await finbox.acts.settle({
			entity_id: "e",
			link_id: "other",
			statement_id: "t",
		});
		const { json } = await get(
			`${finbox.settings.apiUrl}/v1/entity/webhook_payloads/?link_id=l%201`,
			proof,
		);
		expect(json.payloads).toMatchObject([
			{ statement_id: "s", date_time: "2020-03-06 18:17:33" },
			{ statement_id: "", reason: "wrong", date_time: "2020-03-06 18:16:33" },
		]);
		for (const { text } of finbox.webhooks.sent)
			expect(JSON.parse(text)).not.toHaveProperty("date_time");
	});

	test("shows an entity's progress as an array, empty before anything was uploaded", async () => {
		await using finbox = await openFinbox();
		const url = `${finbox.settings.apiUrl}/v1/entity/e/transactions/`;
		expect((await get(url, proof)).status).toBe(404);
		finbox.acts.begin({ entity_id: "e" });
		expect((await get(url, proof)).json.progress).toEqual([]);
		finbox.acts.begin({ entity_id: "e", statement_id: "s", status: null });
		expect((await get(url, proof)).json.progress).toMatchObject([
			{ status: null, statement_id: "s" },
		]);
		await finbox.acts.settle({
			entity_id: "e",
			statement_id: "s",
			progress: "failed",
			reason: "blurred",
		});
		expect((await get(url, proof)).json.progress).toEqual([
			{
				status: "failed",
				statement_id: "s",
				source: "pdf",
				message: "blurred",
			},
		]);
	});
});

describe("caminvoice", () => {
	const basic = {
		authorization: `Basic ${Buffer.from("simulated-client:simulated-secret").toString("base64")}`,
	};
	const supplier = "KHUID000001";
	const customer = "KHUID000002";
	type Caminvoice = Awaited<ReturnType<typeof openCaminvoice>>;
	const grant = ({ url }: Caminvoice, refresh_token: string) =>
		post(`${url}/api/v1/auth/token`, basic, { refresh_token });
	const bearer = async (caminvoice: Caminvoice, member: string) => {
		const { json } = await grant(caminvoice, `refresh-${member}`);
		return { authorization: `Bearer ${json.token}` };
	};

	test("shows each side a document as its own, from the instant asked for, in UTC", async () => {
		const { clock, pass } = clockAt("2024-06-01T01:00:00Z");
		await using caminvoice = await openCaminvoice({ clock });
		await caminvoice.acts.send({ document_id: "d", supplier, customer });
		pass(3600);
		await caminvoice.acts.send({ document_id: "later", supplier, customer });
		caminvoice.acts.submit({ document_id: "unsent", supplier, customer });
		const polled = async (member: string, since: string) =>
			(
				await get(
					`${caminvoice.url}/api/v1/document/poll?last_synced_at=${since}`,
					await bearer(caminvoice, member),
				)
			).json;
		expect(await polled(supplier, "2024-06-01T01:00:00")).toEqual([
			{
				document_id: "d",
				updated_at: "2024-06-01T01:00:00.000Z",
				type: "SEND",
			},
			{
				document_id: "later",
				updated_at: "2024-06-01T02:00:00.000Z",
				type: "SEND",
			},
			expect.objectContaining({ document_id: "unsent", type: "SEND" }),
		]);
		expect(await polled(customer, "2024-06-01T01:00:01")).toMatchObject([
			{ document_id: "later", type: "RECEIVE" },
		]);
		const detail = await get(
			`${caminvoice.url}/api/v1/document/d`,
			await bearer(caminvoice, supplier),
		);
		expect(detail.json).toMatchObject({
			document_id: "d",
			status: "DELIVERED",
		});
	});

	test("tells supplier and customer apart, and only the supplier of a status", async () => {
		await using caminvoice = await openCaminvoice();
		await caminvoice.acts.send({ document_id: "d", supplier, customer });
		await caminvoice.acts.setStatus({ document_id: "d", status: "ACCEPTED" });
		await caminvoice.acts.revoke({ endpoint_id: supplier });
		await caminvoice.acts.setStatus({ document_id: "d", status: "PAID" });
		expect(
			caminvoice.webhooks.sent.map(({ text }) => JSON.parse(text)),
		).toEqual([
			{ type: "DOCUMENT.DELIVERED", document_id: "d", endpoint_id: supplier },
			{ type: "DOCUMENT.RECEIVED", document_id: "d", endpoint_id: customer },
			{
				type: "DOCUMENT.STATUS_UPDATED",
				document_id: "d",
				status: "ACCEPTED",
				endpoint_id: supplier,
			},
			{ type: "ENTITY.REVOKED", endpoint_id: supplier },
		]);
	});

	test("lets a token live for 900 seconds", async () => {
		const { clock, pass } = clockAt("2024-06-01T01:00:00Z");
		await using caminvoice = await openCaminvoice({ clock });
		const token = await bearer(caminvoice, supplier);
		const status = async () =>
			(await get(`${caminvoice.url}/api/v1/document/poll`, token)).status;
		pass(899);
		expect(await status()).toBe(200);
		pass(1);
		expect(await status()).toBe(401);
	});

	test("rotates refresh tokens when told, so that a used one is dead", async () => {
		await using caminvoice = await openCaminvoice({ rotates: true });
		const first = await grant(caminvoice, `refresh-${supplier}`);
		expect((await grant(caminvoice, `refresh-${supplier}`)).status).toBe(401);
		const next = await grant(caminvoice, first.json.refresh_token);
		expect(next.status).toBe(200);
	});

	test("knows a revoked member no more, until it connects again", async () => {
		await using caminvoice = await openCaminvoice();
		const token = await bearer(caminvoice, supplier);
		await caminvoice.acts.revoke({ endpoint_id: supplier });
		const url = `${caminvoice.url}/api/v1/document/poll`;
		expect((await get(url, token)).status).toBe(401);
		expect((await grant(caminvoice, `refresh-${supplier}`)).status).toBe(401);
		const { refresh_token } = caminvoice.acts.reconnect({
			endpoint_id: supplier,
		});
		expect((await grant(caminvoice, refresh_token)).status).toBe(200);
	});
});

describe("marosa", () => {
	test("grants a token for a password, and lists by page what changed", async () => {
		const { clock, pass } = clockAt("2025-03-30T10:15:00Z");
		await using marosa = await openMarosa({ clock });
		for (const documentId of ["one", "two", "three"]) {
			await marosa.acts.create({ documentId });
			pass(60);
		}
		const url = marosa.settings.apiUrl as string;
		const granted = await post(
			`${url}/auth`,
			{},
			{
				username: "simulated-user",
				password: "simulated-password",
				client_id: "simulated-client",
				client_secret: "simulated-secret",
				grant_type: "password",
			},
		);
		const token = { authorization: `Bearer ${granted.json.access_token}` };
		const list = (query: string) =>
			get(`${url}/v1.1/documents?${query}`, token);
		const { json } = await list("page=1&size=2");
		expect(json).toMatchObject({
			documents: [{ documentId: "one" }],
			totalPages: 2,
		});
		const recent = await list("updatedFrom=2025-03-30T10:16:30Z");
		expect(recent.json.documents).toMatchObject([{ documentId: "three" }]);
		const single = await get(`${url}/v1.1/document?documentId=two`, token);
		expect(single.json).toMatchObject({ currentStatus: "CREATED" });
		expect((await get(`${url}/v1.1/documents`, {})).status).toBe(401);
	});

	test("notifies of either status, each time under another event id", async () => {
		await using marosa = await openMarosa();
		await marosa.acts.create({ documentId: "d" });
		await marosa.acts.setStatus({ documentId: "d", currentStatus: "OK" });
		await marosa.acts.setExternalStatus({
			documentId: "d",
			externalStatus: "APPROVED",
		});
		const bodies = marosa.webhooks.sent.map(({ text }) => JSON.parse(text));
		expect(bodies).toMatchObject([
			{ eventType: "DOCUMENT_STATUS_CHANGED", currentStatus: "CREATED" },
			{ eventType: "DOCUMENT_STATUS_CHANGED", currentStatus: "OK" },
			{ eventType: "INVOICE_STATUS_CHANGED", externalStatus: "APPROVED" },
		]);
		expect(new Set(bodies.map(({ eventId }) => eventId)).size).toBe(3);
		expect(bodies[0].eventId).toMatch(
			/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/,
		);
	});
});

describe("dealpos", () => {
	type Dealpos = Awaited<ReturnType<typeof openDealpos>>;
	const bearer = async ({ url }: Dealpos) => {
		const { json } = await post(
			`${url}/api/v3/Token/OAuth2`,
			{},
			{
				client_id: "simulated-client",
				client_secret: "simulated-secret",
			},
		);
		return { authorization: `Bearer ${json.access_token}` };
	};

	test("lists the payments of the days asked for by outlet, on its own clock", async () => {
		const { clock } = clockAt("2026-11-20T18:30:00Z");
		await using dealpos = await openDealpos({ clock, zone: "+07:00" });
		await dealpos.acts.pay({ ID: "here" });
		await dealpos.acts.pay({ ID: "there", Outlet: "Outlet2" });
		await dealpos.acts.pay({ ID: "before", Date: "2026-11-19" });
		const token = await bearer(dealpos);
		const list = (From: string, To: string) =>
			post(`${dealpos.url}/api/v3/Payment/Invoice/p`, token, { From, To });
		expect((await list("2026-11-21", "2026-11-21")).json).toMatchObject([
			{
				Outlet: "Outlet1",
				Payments: [{ ID: "here", Created: "2026-11-21T01:30:00" }],
			},
			{ Outlet: "Outlet2", Payments: [{ ID: "there" }] },
		]);
		expect((await list("2026-11-20", "2026-11-20")).json).toEqual([]);
	});

	test("adds a payment on the path beside the one that reads", async () => {
		await using dealpos = await openDealpos();
		const token = await bearer(dealpos);
		await post(`${dealpos.url}/api/v3/Payment/Invoice`, token, { Amount: 5 });
		expect(dealpos.facts()).toMatchObject([{ Amount: 5 }]);
	});

	test("lets 50 requests through in 180 seconds, whatever they ask, and says how many are left", async () => {
		const { clock, pass } = clockAt("2026-11-20T18:30:00Z");
		await using dealpos = await openDealpos({ clock });
		const ask = () => get(`${dealpos.url}/api/v3/anything`, {});
		const first = await ask();
		expect(first.headers.get("ratelimit-remaining")).toBe("49");
		expect(first.headers.get("ratelimit-policy")).toBe("50;w=180");
		for (let asked = 1; asked < 50; asked++)
			expect((await ask()).status).toBe(401);
		expect((await ask()).status).toBe(429);
		pass(179);
		expect((await ask()).status).toBe(429);
		pass(1);
		expect((await ask()).status).toBe(401);
	});

	test("tells each event on a path of its own; a deleted payment is in no list", async () => {
		await using dealpos = await openDealpos();
		await dealpos.acts.pay({ ID: "p" });
		await dealpos.acts.update({ ID: "p", Amount: 90000 });
		await dealpos.acts.writeOff({ ID: "p" });
		await dealpos.acts.remove({ ID: "p" });
		expect(dealpos.webhooks.sent.map(({ path }) => path)).toEqual([
			"/payment/created",
			"/payment/updated",
			"/payment/writeoff",
			"/payment/deleted",
		]);
		expect(dealpos.facts()).toEqual([]);
	});
});
