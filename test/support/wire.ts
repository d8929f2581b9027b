import {
	createServer,
	type IncomingHttpHeaders,
	type IncomingMessage,
	request,
	type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** What goes wrong with one request. */
export type Fault =
	/** answered without the server behind */
	| { status: number; code?: string; message?: string; text?: string }
	/** some of a batch's messages fail, by their deduplication ids; the others go on */
	| {
			entries: Readonly<Record<string, { code: string; senderFault: boolean }>>;
	  }
	/** the connection breaks before the server behind sees anything */
	| "reset"
	/** the server behind does what it was asked, and its answer is lost */
	| "lost"
	/** no answer ever */
	| "hang"
	/** half an answer, then nothing */
	| "stall"
	/** half an answer, then the connection's end */
	| "cut";

export interface Passing {
	method: string;
	path: string;
	headers: IncomingHttpHeaders;
	body: string;
	/** deduplication ids of the messages a batch brings */
	ids: readonly string[];
	fault?: Fault;
}

/** A wire to a server, on which requests can be made to fail. */
export interface Wire extends AsyncDisposable {
	endpoint: string;
	/** every request so far */
	passed: Passing[];
}

export async function openWire(
	upstream: string,
	choose: (request: Passing) => Fault | undefined,
): Promise<Wire> {
	const passed: Passing[] = [];
	const server = createServer(async (incoming, outgoing) => {
		const body = await buffer(incoming);
		const { method = "", url: path = "", headers } = incoming;
		const text = body.toString();
		const about = { method, path, headers, body: text, ids: idsIn(body) };
		const fault = choose(about);
		passed.push({ ...about, fault });
		await answer(fault, { incoming, outgoing, body, upstream });
	});
	await new Promise<void>((resolve) =>
		server.listen(0, "127.0.0.1", () => resolve()),
	);
	const { port } = server.address() as AddressInfo;
	return {
		endpoint: `http://127.0.0.1:${port}`,
		passed,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

interface Exchange {
	incoming: IncomingMessage;
	outgoing: ServerResponse;
	body: Buffer;
	upstream: string;
}

async function answer(
	fault: Fault | undefined,
	exchange: Exchange,
): Promise<void> {
	const { outgoing, body } = exchange;
	if (fault === "hang") return;
	if (fault === "reset") {
		outgoing.socket?.resetAndDestroy();
		return;
	}
	const partial = typeof fault === "object" && "entries" in fault;
	if (fault === undefined || (partial && idsIn(body).length === 0))
		return respond(outgoing, await pass(exchange, body));
	if (fault === "lost") {
		await pass(exchange, body);
		outgoing.socket?.resetAndDestroy();
		return;
	}
	if (fault === "stall" || fault === "cut") {
		const { status, headers, text } = await pass(exchange, body);
		const length = Math.max(text.length, 6);
		outgoing.writeHead(status, { ...headers, "content-length": length });
		outgoing.write(text.subarray(0, 5), () => {
			if (fault === "cut") outgoing.socket?.end();
		});
		return;
	}
	if ("entries" in fault) {
		return respond(outgoing, await passSome(exchange, fault.entries));
	}
	const { status, code, message = `said ${code}`, text } = fault;
	const json = JSON.stringify({ __type: code, message });
	const xml = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
	const said = exchange.incoming.method === "PUT" ? xml : json;
	respond(outgoing, {
		status,
		headers: { "content-type": "application/x-amz-json-1.0" },
		text: Buffer.from(text ?? (code ? said : "")),
	});
}

interface Answered {
	status: number;
	headers: Record<string, string | string[] | undefined>;
	text: Buffer;
}

function respond(
	outgoing: ServerResponse,
	{ status, headers, text }: Answered,
): void {
	outgoing.writeHead(status, { ...headers, "content-length": text.length });
	outgoing.end(text);
}

async function pass(
	{ incoming, upstream }: Exchange,
	body: Buffer,
): Promise<Answered> {
	const { method, url = "", headers } = incoming;
	const onward = { ...headers, "content-length": String(body.length) };
	const response = await new Promise<IncomingMessage>((resolve, reject) => {
		request(new URL(url, upstream), { method, headers: onward }, resolve)
			.once("error", reject)
			.end(body);
	});
	const text = await buffer(response);
	const { "transfer-encoding": _, ...kept } = response.headers;
	return { status: response.statusCode ?? 502, headers: kept, text };
}

interface Batch {
	Entries: { Id: string; MessageDeduplicationId: string }[];
}

async function passSome(
	exchange: Exchange,
	entries: Readonly<Record<string, { code: string; senderFault: boolean }>>,
): Promise<Answered> {
	const batch = JSON.parse(exchange.body.toString()) as Batch;
	const fails = ({ MessageDeduplicationId }: Batch["Entries"][number]) =>
		MessageDeduplicationId in entries;
	const Failed = batch.Entries.filter(fails).map((entry) => {
		const fault = entries[entry.MessageDeduplicationId];
		const { code: Code, senderFault: SenderFault } = fault ?? {};
		return { Id: entry.Id, Code, SenderFault, Message: `said ${Code}` };
	});
	const others = batch.Entries.filter((entry) => !fails(entry));
	const none = {
		status: 200,
		headers: { "content-type": "application/x-amz-json-1.0" },
		text: Buffer.from(JSON.stringify({ Successful: [], Failed })),
	};
	if (others.length === 0) return none;
	const rest = Buffer.from(JSON.stringify({ ...batch, Entries: others }));
	const answered = await pass(exchange, rest);
	const json = JSON.parse(answered.text.toString());
	json.Failed = [...(json.Failed ?? []), ...Failed];
	return { ...answered, text: Buffer.from(JSON.stringify(json)) };
}

function idsIn(body: Buffer): string[] {
	try {
		const { Entries = [] } = JSON.parse(body.toString()) as Partial<Batch>;
		return Entries.map((entry) => entry.MessageDeduplicationId);
	} catch {
		return [];
	}
}
