import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { token } from "../support/endpoint.ts";
import { exampleOf } from "../support/examples.ts";
import { typeWithSecrets } from "../support/with-secrets.ts";

const stack = new AsyncDisposableStack();
let cloud: Cloud;
let url: string;
let status = 200;
const asked: {
	url?: string;
	method?: string;
	headers: IncomingHttpHeaders;
	body: string;
}[] = [];

beforeAll(async () => {
	cloud = stack.use(await openCloud());
	const server = createServer(async (request, response) => {
		const { url, method, headers } = request;
		asked.push({ url, method, headers, body: await text(request) });
		response.writeHead(status, { "billhook-outcome": `it-was-${status}` });
		response.end();
	}).listen(0, "127.0.0.1");
	stack.defer(() => void server.close());
	await once(server, "listening");
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
	asked.length = 0;
	status = 200;
});
afterAll(() => stack.disposeAsync());

const at = (name: string, hook?: string) =>
	typeWithSecrets(stack, cloud, { name, webhook: { token }, url, hook });

test("sends the example that is named, by its number or its type, as the provider would", async () => {
	const typed = await at("marosa", "/hooks/marosa/{token}");
	const { deliveries, headers } = exampleOf({ name: "marosa" });
	const [first, second] = deliveries;
	const sent = await typed("trigger marosa 2");
	expect(sent.stdout).toBe(`200  it-was-200  ${second?.title}\n`);
	expect(asked).toMatchObject([
		{ url: `/hooks/marosa/${token}`, method: "POST" },
	]);
	expect(asked[0]?.headers).toMatchObject({
		...headers,
		"content-type": "application/json",
	});
	expect(JSON.parse(asked[0]?.body ?? "")).toEqual(second?.body);
	const byType = await typed(`trigger marosa ${first?.event?.type} --json`);
	expect(JSON.parse(byType.stdout)).toEqual({
		example: first?.title,
		status: 200,
		outcome: "it-was-200",
	});
	expect(sent.stdout + sent.stderr).not.toContain(token);
});

test("sends one of a kind to that kind's own address, with headers of its own", async () => {
	const typed = await at("dealpos", "/hooks/dealpos/{token}/{group}/{event}");
	const [{ path } = {}] = exampleOf({ name: "dealpos" }).deliveries;
	await typed("trigger dealpos 1");
	expect(asked[0]?.url).toBe(
		`/hooks/dealpos/${token}/${path?.group}/${path?.event}`,
	);
	const [{ headers } = {}] = exampleOf({ name: "github" }).deliveries;
	await (await at("github", "/hooks/github/{token}"))("trigger github 1");
	expect(asked[1]?.headers).toMatchObject(headers ?? {});
});

test("lists what there is, and ends with 1 where it is refused", async () => {
	const typed = await at("finbox", "/hooks/finbox/{token}");
	const { code, lines } = await typed("trigger finbox");
	const { deliveries } = exampleOf({ name: "finbox" });
	expect(lines.map((line) => Number(line.slice(0, 2)))).toEqual(
		deliveries.map((_, index) => index + 1),
	);
	expect([code, asked]).toEqual([0, []]);
	status = 404;
	expect((await typed("trigger finbox 1")).code).toBe(1);
	const none = await typed(`trigger finbox ${deliveries.length + 1}`);
	expect(none.stderr).toContain(`there are 1 to ${deliveries.length}.`);
	expect([none.code, asked.length]).toEqual([2, 1]);
});
