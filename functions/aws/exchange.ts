import {
	type Agent,
	request as openRequest,
	Agent as PlainAgent,
	type RequestOptions,
} from "node:http";
import { Agent as SecureAgent } from "node:https";

// how a request on a connection ends that the other side has closed
const closed = new Set<string | undefined>(["ECONNRESET", "EPIPE"]);

const timedOut = { code: "ETIMEDOUT" };

export interface Sent {
	/** as `urlToHttpOptions` takes a URL apart */
	to: Pick<RequestOptions, "protocol" | "hostname" | "port" | "path" | "auth">;
	method: string;
	headers: Readonly<Record<string, string>>;
	body?: string | Uint8Array;
	/** until when the whole answer must be there */
	signal: AbortSignal;
	/** how much of an answer is read */
	maxBytes: number;
	/** how long the other side may take to be reached, if that is less */
	connectMs?: number;
}

export interface Received {
	status: number;
	headers: NodeJS.Dict<string | string[]>;
	bytes: Buffer;
}

/** An answer is longer than it may be. */
export class TooLong extends Error {
	override name = "TooLong";
}

/** Connections that are kept from one request to the next. */
export interface Exchange extends Disposable {
	/** follows no redirect; an answer that ends early is an error */
	send(request: Sent): Promise<Received>;
}

export interface ExchangeOptions {
	maxSockets: number;
	/** whether a request on a kept connection that the other side has closed meanwhile is sent again, once: it may have been done, and must bear that */
	repeats: boolean;
}

export function openExchange(of: ExchangeOptions): Exchange {
	const options = { keepAlive: true, maxSockets: of.maxSockets };
	const plain = new PlainAgent(options);
	const secure = new SecureAgent(options);

	function send(sent: Sent): Promise<Received> {
		const { to, method, headers, body, signal, maxBytes, connectMs } = sent;
		return new Promise((resolve, reject) => {
			const agent = to.protocol === "https:" ? secure : plain;
			const request = openRequest({ ...to, method, headers, agent, signal });
			let bytesBefore = 0;
			request.once("socket", (socket) => {
				bytesBefore = socket.bytesRead;
				if (!socket.connecting || connectMs === undefined) return;
				const late = () =>
					request.destroy(Object.assign(new Error("No connection."), timedOut));
				const timer = setTimeout(late, connectMs);
				const stop = () => clearTimeout(timer);
				socket.once("connect", stop).once("close", stop);
			});
			request.on("error", (error: NodeJS.ErrnoException) => {
				const isUnanswered = request.socket?.bytesRead === bytesBefore;
				const isStale = request.reusedSocket && isUnanswered;
				if (!of.repeats || !isStale || !closed.has(error.code))
					return reject(error);
				// the next connection is a fresh one, whose loss is final
				dropIdle(agent);
				resolve(send(sent));
			});
			request.on("response", (response) => {
				const chunks: Buffer[] = [];
				let bytes = 0;
				response.on("data", (chunk: Buffer) => {
					bytes += chunk.length;
					chunks.push(chunk);
					if (bytes > maxBytes)
						response.destroy(new TooLong("The answer is too long."));
				});
				response.on("error", reject);
				response.on("end", () =>
					resolve({
						status: response.statusCode ?? 0,
						headers: response.headers,
						bytes: Buffer.concat(chunks),
					}),
				);
			});
			request.end(body);
		});
	}

	return {
		send,
		[Symbol.dispose]() {
			plain.destroy();
			secure.destroy();
		},
	};
}

/** Where one kept connection is dead the others are too, as after a function's freeze. */
function dropIdle(agent: Agent): void {
	for (const socket of Object.values(agent.freeSockets).flat())
		socket?.destroy();
}
