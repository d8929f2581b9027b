import { createHmac } from "node:crypto";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { receive } from "../../functions/delivery/receive.ts";
import { bank } from "../support/bank.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { delivery, eventsOf, openEndpoint } from "../support/endpoint.ts";

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

const webhookSecret = "example-secret";
const signed = (body: string, headers: Record<string, string> = {}) => ({
	headers: {
		...headers,
		"content-type": "application/json",
		"x-signature": createHmac("sha256", webhookSecret)
			.update(body)
			.digest("hex"),
	},
});
const plain = {
	"content-type": "text/plain; charset=utf-8",
	"x-content-type-options": "nosniff",
	"billhook-outcome": "tried",
};

describe("a handshake", () => {
	test("by POST is answered as plain text, once it is proven", async () => {
		const { endpoint, table } = await openEndpoint(cloud, bank, {
			webhookSecret,
		});
		const body = '{"challenge":"c"}';
		const ping = { "x-kind": "ping" };
		const proven = delivery(body, signed(body, ping));
		expect(await receive(proven, endpoint)).toMatchObject({
			status: 200,
			body: "<b>pong</b>",
			headers: plain,
			metrics: { Tried: 1 },
		});
		expect(
			await receive(delivery(body, { headers: ping }), endpoint),
		).toMatchObject({ status: 401 });
		expect(await eventsOf(cloud, table)).toEqual([]);
	});

	test("by GET or OPTIONS needs the token alone, and none but the right one", async () => {
		const { endpoint } = await openEndpoint(cloud, bank, { webhookSecret });
		const headers = { "x-kind": "k", "x-other": "o" };
		const query = { challenge: "c" };
		for (const method of ["GET", "OPTIONS"]) {
			const asked = delivery("", { method, query, headers });
			expect(await receive(asked, endpoint)).toMatchObject({
				status: 200,
				body: `${method} c k`,
				headers: plain,
			});
			const stranger = { ...asked, token: "S".repeat(43) };
			expect(await receive(stranger, endpoint)).toMatchObject({ status: 404 });
		}
	});

	test("that the sender does not know leaves GET a trial, and OPTIONS refused", async () => {
		const { endpoint } = await openEndpoint(cloud, bank);
		const get = delivery("", { method: "GET" });
		expect(await receive(get, endpoint)).toMatchObject({
			body: '{"status":"ok"}',
			outcome: "tried",
		});
		const options = delivery("", { method: "OPTIONS" });
		expect(await receive(options, endpoint)).toMatchObject({ status: 405 });
	});
});

describe("a form", () => {
	const type = "application/x-www-form-urlencoded; charset=UTF-8";

	test("is an object of texts, and a repeated name a list of them", async () => {
		const { endpoint, table } = await openEndpoint(cloud, bank);
		const body = "id=tr_1&note=a+b%C3%A9&tag=x&tag=y&empty=&__proto__=p";
		const sent = delivery(body, { headers: { "content-type": type } });
		expect(await receive(sent, endpoint)).toMatchObject({
			outcome: "accepted",
		});
		const [event] = await eventsOf(cloud, table);
		expect(JSON.stringify(event?.data)).toBe(
			'{"id":"tr_1","note":"a bé","tag":["x","y"],"empty":"","__proto__":"p"}',
		);
	});

	test("is signed by the bytes that came", async () => {
		const { endpoint } = await openEndpoint(cloud, bank, { webhookSecret });
		const judged = async (signs: string, body: string) => {
			const { headers } = signed(signs);
			const sent = { ...headers, "content-type": type };
			return (await receive(delivery(body, { headers: sent }), endpoint))
				.status;
		};
		expect(await judged("id=a+b", "id=a+b")).toBe(200);
		expect(await judged("id=a+b", "id=a%20b")).toBe(401);
	});
});

test("quarantine keeps the signature and what is read, and no header that equals a secret", async () => {
	const { endpoint, table } = await openEndpoint(cloud, bank, {
		webhookSecret,
		webhookKey: "example-key",
	});
	const headers = {
		"x-signature": "wrong",
		"x-kind": "k",
		"x-key": "example-key",
		"x-other": "o",
	};
	await receive(delivery("{}", { headers }), endpoint);
	const { Items: [entry] = [] } = await cloud.dynamodb.send(
		new ScanCommand({ TableName: table }),
	);
	expect(JSON.parse(entry?.headers?.S ?? "")).toEqual({
		"x-signature": "wrong",
		"x-kind": "k",
	});
});
