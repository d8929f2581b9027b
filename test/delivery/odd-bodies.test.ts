import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { withPatience } from "../../functions/aws/dynamodb.ts";
import { openDynamoDb } from "../../functions/aws/signed/dynamodb.ts";
import { openWatches } from "../../functions/aws/watches/watches.ts";
import { maxBodyBytes } from "../../functions/delivery/parse.ts";
import { receive } from "../../functions/delivery/receive.ts";
import caminvoice from "../../functions/providers/caminvoice/provider.ts";
import finbox from "../../functions/providers/finbox/provider.ts";
import photon from "../../functions/providers/photon/provider.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { delivery, eventsOf, openEndpoint } from "../support/endpoint.ts";

const completed = {
	entity_id: "e",
	statement_id: "s",
	link_id: null,
	progress: "completed",
	reason: "",
};
const bytes = Buffer.from(JSON.stringify(completed));

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

async function quarantined(table: string) {
	const { Items = [] } = await cloud.dynamodb.send(
		new ScanCommand({ TableName: table }),
	);
	return Items.filter(({ kind }) => kind?.S === "quarantine");
}

async function openPhoton() {
	const opened = await openEndpoint(cloud, photon);
	const watches = openWatches({
		table: await cloud.watchesTable(),
		dynamodb: withPatience(openDynamoDb()),
		rules: photon.poll?.watches,
	});
	return { ...opened, endpoint: { ...opened.endpoint, watches }, watches };
}

function issuesFound(text: string): number {
	try {
		finbox.read({
			json: JSON.parse(text),
			text,
			path: {},
			query: {},
			headers: {},
		});
		return 0;
	} catch (error) {
		if (error instanceof z.core.$ZodError) return error.issues.length;
		throw error;
	}
}

/** As many as four mebibytes hold. */
function filled(frame: string, element: string): string {
	const count = (maxBodyBytes - frame.length) / (element.length + 1);
	return frame.replace("…", Array(Math.floor(count)).fill(element).join());
}

describe("a body of the largest size", () => {
	const session = '"session_id":"s","event_name":"ENRICHMENT_NOTIFICATION"';
	test.each([
		["wrong elements", `{${session},"accounts":[…]}`, "1"],
		[
			"elements wrong inside",
			`{${session},"accounts":[…]}`,
			'{"statements":[1]}',
		],
		[
			"wrong elements inside",
			`{${session},"accounts":[{"statements":[…]}]}`,
			"1",
		],
		["wrong texts", `{${session},"accounts":[{"attempt_types":[…]}]}`, "1"],
	])(
		"is refused for the first twenty, and kept, of %s",
		async (_, frame, element) => {
			const { endpoint, table } = await openEndpoint(cloud, finbox);
			const body = filled(frame, element);
			const answer = await receive(delivery(body), endpoint);
			// what is never looked at costs nothing
			expect(issuesFound(body)).toBe(20);
			expect(answer).toMatchObject({ status: 422, outcome: "quarantined" });
			expect(JSON.parse(answer.body).errors).toHaveLength(20);
			expect(await quarantined(table)).toHaveLength(1);
		},
	);

	test.each([
		["numbers", "[…]", "1"],
		["texts", "[…]", '""'],
		["objects", "[…]", "{}"],
		["escapes", "[…]", '"\\n"'],
	])("is recorded, of %s", async (_, frame, element) => {
		const { endpoint } = await openPhoton();
		const answer = await receive(delivery(filled(frame, element)), endpoint);
		expect(answer).toMatchObject({ status: 200, outcome: "accepted" });
	});

	test("is recorded, of nothing but depth", async () => {
		const { endpoint } = await openPhoton();
		const depth = maxBodyBytes / 2;
		const body = "[".repeat(depth) + "]".repeat(depth);
		const answer = await receive(delivery(body), endpoint);
		expect(answer).toMatchObject({ status: 200, outcome: "accepted" });
	});
});

describe("a reader", () => {
	test.each([
		["for a reference", { lookup: "r", found: broken }],
		["for one of several", { events: ["{}"], each: broken }],
	])("that throws %s leaves the delivery in quarantine", async (_, reading) => {
		const toy = { ...finbox, read: () => reading };
		const { endpoint, table } = await openEndpoint(cloud, toy);
		expect(await receive(delivery({}), endpoint)).toMatchObject({
			status: 422,
			outcome: "quarantined",
		});
		expect(await quarantined(table)).toHaveLength(1);
	});
});

function broken(): never {
	throw new TypeError("a fault of the reader's");
}

describe("a name", () => {
	test.each([
		["half a character", { photon_key: "\udc00x" }],
		["half a character for a reference", { photon_key: "a", ID: "\udc00x" }],
		["too long a reference", { photon_key: "a", ID: "r".repeat(500_000) }],
		["what was lost on the way", { photon_key: "a\ufffd" }],
	])("with %s starts no watch and is kept", async (_, body) => {
		const { endpoint, table, watches } = await openPhoton();
		expect(await receive(delivery(body), endpoint)).toMatchObject({
			status: 422,
			outcome: "quarantined",
		});
		expect(await quarantined(table)).toHaveLength(1);
		expect((await watches.list()).watches).toEqual([]);
		expect(
			await watches.byReference("ID" in body ? body.ID : ""),
		).toBeUndefined();
	});

	test.each([
		["a subject", finbox, { ...completed, entity_id: "u\ufffd" }],
		["a key", finbox, { ...completed, statement_id: "u\ufffd" }],
		["a reference", photon, { ID: "u\ufffd", data: { Total: 1 } }],
		[
			"a lane",
			caminvoice,
			{
				type: "DOCUMENT.STATUS_UPDATED",
				document_id: "d",
				endpoint_id: "\ufffd",
				status: "PAID",
			},
		],
	])(
		"that lost a byte on the way is no name of %s",
		async (_, provider, body) => {
			const { endpoint, table } = await openEndpoint(cloud, provider);
			expect(await receive(delivery(body), endpoint)).toMatchObject({
				status: 422,
				outcome: "quarantined",
			});
			expect(await quarantined(table)).toHaveLength(1);
		},
	);
});

describe("a compressed body", () => {
	test.each([
		["gzip", gzipSync(bytes)],
		["x-gzip", gzipSync(bytes)],
		["deflate", deflateSync(bytes)],
		["BR", brotliCompressSync(bytes)],
		// somebody between has undone it
		["gzip", bytes],
		["identity", bytes],
	])("of %s is read as what it was", async (encoding, sent) => {
		const { endpoint, table } = await openEndpoint(cloud, finbox);
		const headers = {
			"content-encoding": encoding,
			"content-length": String(sent.length),
		};
		const answer = await receive(
			delivery("", { bytes: sent, headers }),
			endpoint,
		);
		expect(answer).toMatchObject({ status: 200, outcome: "accepted" });
		expect(await eventsOf(cloud, table)).toMatchObject([{ data: completed }]);
	});

	test.each([
		["gzip", gzipSync],
		["deflate", deflateSync],
		["br", brotliCompressSync],
	])(
		"of %s that is too large within is kept as it came",
		async (encoding, compress) => {
			const { endpoint, table } = await openEndpoint(cloud, finbox);
			const sent = compress(Buffer.alloc(maxBodyBytes + 1, " "));
			const headers = { "content-encoding": encoding };
			const answer = await receive(
				delivery("", { bytes: sent, headers }),
				endpoint,
			);
			expect(answer).toMatchObject({ status: 400, outcome: "quarantined" });
			expect(answer.body).toContain(`more than ${maxBodyBytes} bytes`);
			expect(await quarantined(table)).toHaveLength(1);
		},
	);
});

test("a body that was changed on the way is kept, and the sender is told", async () => {
	const { endpoint, table } = await openEndpoint(cloud, finbox);
	const sent = JSON.stringify({ ...completed, reason: "\ufffd" });
	const headers = { "content-length": String(Buffer.byteLength(sent) - 2) };
	const answer = await receive(delivery(sent, { headers }), endpoint);
	expect(answer).toMatchObject({ status: 400, outcome: "quarantined" });
	expect(answer.body).toContain("changed on the way");
	expect(await quarantined(table)).toHaveLength(1);
});

test("a body that is not UTF-8 is told from one that is not JSON", async () => {
	const { endpoint } = await openEndpoint(cloud, finbox);
	const sent = Buffer.from(
		JSON.stringify({ ...completed, entity_id: "é" }),
		"latin1",
	);
	const answer = await receive(delivery("", { bytes: sent }), endpoint);
	expect(answer).toMatchObject({ status: 400, outcome: "quarantined" });
	expect(answer.body).toContain("not UTF-8");
});

test.each([
	[
		"DOCUMENT.DELIVERED",
		`{
    "type": "DOCUMENT.DELIVERED",
    "document_id": "df5dcf78-e78b-4396-87bb-2d2a44c1302e",
    "endpoint_id": "KHUID000001",
}`,
	],
	[
		"DOCUMENT.RECEIVED",
		`{
    "type": "DOCUMENT.RECEIVED",
    "document_id": "df5dcf78-e78b-4396-87bb-2d2a44c1302e",
    "endpoint_id": "KHUID000001",
}`,
	],
	[
		"ENTITY.REVOKED",
		`{
    "type": "ENTITY.REVOKED",
    "endpoint_id": "KHUID000001",
}`,
	],
])("CamInvoice's own example of %s becomes an event", async (type, text) => {
	const { endpoint, table } = await openEndpoint(cloud, caminvoice);
	expect(await receive(delivery(text), endpoint)).toMatchObject({
		status: 200,
		outcome: "accepted",
	});
	expect(await eventsOf(cloud, table)).toMatchObject([
		{ data: { type, endpoint_id: "KHUID000001" } },
	]);
	const strict = text.replace(",\n}", "\n}");
	expect(await receive(delivery(strict), endpoint)).toMatchObject({
		outcome: "duplicate",
	});
});
