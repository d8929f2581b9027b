import { urlToHttpOptions } from "node:url";
import { type Http, NoAnswer } from "../asking/call.ts";
import { openExchange, TooLong } from "./exchange.ts";

/** An HTTP client for one run: connections are kept while it lasts, for Lambda freezes them between runs. */
export interface HttpClient extends Disposable {
	http: Http;
}

/** Follows no redirect, waits no longer than it is told and reads no more. */
export function openHttp(): HttpClient {
	// the caller counts what is sent, and a refresh token may be used up by what nobody heard of
	const exchange = openExchange({ maxSockets: 8, repeats: false });

	const http: Http = async ({ url, timeoutMs, ...outgoing }) => {
		const { body } = outgoing;
		const headers = {
			...outgoing.headers,
			"accept-encoding": "identity",
			...(body !== undefined && {
				"content-length": String(Buffer.byteLength(body)),
			}),
		};
		const signal = AbortSignal.timeout(timeoutMs);
		try {
			const to = urlToHttpOptions(url);
			const sent = { ...outgoing, to, headers, signal };
			const received = await exchange.send(sent);
			return {
				status: received.status,
				headers: flat(received.headers),
				text: received.bytes.toString(),
			};
		} catch (error) {
			// a request that cannot be written is not one without an answer
			if (error instanceof TypeError) throw error;
			throw new NoAnswer(reasonOf(error));
		}
	};

	return { http, [Symbol.dispose]: () => exchange[Symbol.dispose]() };
}

function reasonOf(error: unknown): NoAnswer["reason"] {
	if (error instanceof TooLong) return "too large";
	const isLate = error instanceof Error && error.name === "AbortError";
	return isLate ? "timeout" : "connection";
}

function flat(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [
			name,
			Array.isArray(value) ? value.join(", ") : (value ?? ""),
		]),
	);
}
