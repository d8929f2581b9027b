import { Agent as PlainAgent, request as requestPlain } from "node:http";
import { request as requestSecure, Agent as SecureAgent } from "node:https";
import { type Http, NoAnswer } from "../asking/call.ts";

/** An HTTP client for one run: connections are kept while it lasts, for Lambda freezes them between runs. */
export interface HttpClient extends Disposable {
	http: Http;
}

const options = { keepAlive: true, maxSockets: 8 };

/** Follows no redirect, waits no longer than it is told and reads no more. */
export function openHttp(): HttpClient {
	const plain = new PlainAgent(options);
	const secure = new SecureAgent(options);

	const http: Http = (outgoing) =>
		new Promise((resolve, reject) => {
			const { url, method, headers, body, timeoutMs } = outgoing;
			const isSecure = url.protocol === "https:";
			const request = (isSecure ? requestSecure : requestPlain)(url, {
				method,
				agent: isSecure ? secure : plain,
				headers: {
					...headers,
					"accept-encoding": "identity",
					...(body !== undefined && {
						"content-length": Buffer.byteLength(body),
					}),
				},
			});
			const timer = setTimeout(() => fail("timeout"), timeoutMs);
			const fail = (reason: NoAnswer["reason"]) => {
				clearTimeout(timer);
				reject(new NoAnswer(reason));
				request.destroy();
			};
			request.on("error", () => fail("connection"));
			request.on("response", (response) => {
				const chunks: Buffer[] = [];
				let bytes = 0;
				response.on("data", (chunk: Buffer) => {
					bytes += chunk.length;
					if (bytes > outgoing.maxBytes) fail("too large");
					else chunks.push(chunk);
				});
				response.on("error", () => fail("connection"));
				response.on("close", () => fail("connection"));
				response.on("end", () => {
					clearTimeout(timer);
					resolve({
						status: response.statusCode ?? 0,
						headers: flat(response.headers),
						text: Buffer.concat(chunks).toString("utf8"),
					});
				});
			});
			request.end(body);
		});

	return {
		http,
		[Symbol.dispose]() {
			plain.destroy();
			secure.destroy();
		},
	};
}

function flat(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [
			name,
			Array.isArray(value) ? value.join(", ") : (value ?? ""),
		]),
	);
}
