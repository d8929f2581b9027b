import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { Agent, request as forward, type IncomingMessage } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import type { Call, Order, Report, Setting } from "./front.ts";

// AWS as one https server: DynamoDB is the engine behind it, the rest answers by itself

const setting = JSON.parse(
	readFileSync(process.argv[2] ?? "", "utf8"),
) as Setting;
const agent = new Agent({ keepAlive: true });
let order: Order = { keep: false, sqsMs: 0 };
let counts: Report["counts"] = {};
let kept: Call[] = [];

const server = createServer(
	{ key: setting.key, cert: setting.certificate },
	async (incoming, outgoing) => {
		const body = await buffer(incoming);
		const operation = operationOf(incoming);
		const { status, text, headers } = await answer(operation, incoming, body);
		counts[operation] = (counts[operation] ?? 0) + 1;
		if (order.keep)
			kept.push({ operation, status, body: body.toString("utf8") });
		outgoing.writeHead(status, {
			"content-type": "application/x-amz-json-1.0",
			"x-amzn-requestid": randomUUID(),
			...headers,
			"content-length": text.length,
		});
		outgoing.end(text);
	},
);
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
	const { port } = server.address() as AddressInfo;
	process.send?.({ port });
});

process.on("message", (next: Order) => {
	process.send?.({ counts, kept } satisfies Report);
	counts = {};
	kept = [];
	order = next;
});
process.on("disconnect", () => process.exit());

interface Answer {
	status: number;
	text: Buffer;
	headers?: Readonly<Record<string, string | string[] | undefined>>;
}

function operationOf({ headers, method, url }: IncomingMessage): string {
	const target = String(headers["x-amz-target"] ?? "");
	return target ? target.replace(/^.*\./, "") : `S3 ${method} ${url}`;
}

async function answer(
	operation: string,
	incoming: IncomingMessage,
	body: Buffer,
): Promise<Answer> {
	const target = String(incoming.headers["x-amz-target"] ?? "");
	if (target.startsWith("DynamoDB")) return pass(incoming, body);
	if (target.startsWith("AmazonSQS")) {
		if (order.sqsMs > 0) await delay(order.sqsMs);
		return say(taken(JSON.parse(body.toString())));
	}
	if (operation === "GetSecretValue")
		return say({ Name: "secret", SecretString: setting.secret });
	return { status: 200, text: Buffer.alloc(0), headers: { etag: '"0"' } };
}

function say(json: unknown): Answer {
	return { status: 200, text: Buffer.from(JSON.stringify(json)) };
}

interface Sending {
	Id?: string;
	MessageBody?: string;
	Entries?: readonly Sending[];
}

function taken({ Id, MessageBody = "", Entries }: Sending): unknown {
	if (Entries) return { Successful: Entries.map(taken), Failed: [] };
	return {
		Id,
		MessageId: randomUUID(),
		SequenceNumber: "1",
		MD5OfMessageBody: createHash("md5").update(MessageBody).digest("hex"),
	};
}

async function pass(
	{ method, url = "/", headers }: IncomingMessage,
	body: Buffer,
): Promise<Answer> {
	const address = new URL(url, setting.dynamodb);
	const response = await new Promise<IncomingMessage>((resolve, reject) => {
		forward(address, { method, headers, agent }, resolve)
			.once("error", reject)
			.end(body);
	});
	const text = await buffer(response);
	const { "x-amz-crc32": crc, "content-type": type } = response.headers;
	return {
		status: response.statusCode ?? 502,
		text,
		headers: {
			"content-type": String(type),
			...(crc !== undefined && { "x-amz-crc32": crc }),
		},
	};
}
