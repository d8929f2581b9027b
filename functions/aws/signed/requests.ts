import { urlToHttpOptions } from "node:url";
import { openExchange } from "../exchange.ts";
import { endpointOf, type Service } from "./endpoint.ts";
import { openSigner, type Request } from "./signature.ts";

// DynamoDB answers a megabyte at most, which JSON may make several of
const bounds = { maxBytes: 8 * 1024 * 1024, connectMs: 1000 };

/** Signed requests to a service of AWS, one attempt each, on connections that are kept. */
export function openRequests(service: Service, endpoint?: string) {
	const { url, region, isElsewhere } = endpointOf(service, endpoint);
	const { protocol, hostname, port } = urlToHttpOptions(url);
	const below = url.pathname.replace(/\/$/, "");
	const { send } = openExchange({ maxSockets: 50, repeats: true });
	const sign = openSigner({ service, region });
	return {
		isElsewhere,
		/** the subdomain, with its dot, stands before the endpoint's own host */
		send(asked: Request, signal: AbortSignal, subdomain = "") {
			const path = below + asked.path;
			const host = subdomain + url.host;
			const unsigned = { ...asked, path, headers: { ...asked.headers, host } };
			// of this moment: what was signed before a function froze is too old when it goes on
			const headers = sign(unsigned, new Date());
			const to = { protocol, hostname: subdomain + hostname, port, path };
			return send({ ...asked, to, headers, signal, ...bounds });
		},
	};
}

/** What AWS says in place of an answer, as the SDK would throw it. */
export function refusal(status: number, name = "Unknown", message = "") {
	const $metadata = { httpStatusCode: status };
	return Object.assign(new Error(message), { name, $metadata });
}
