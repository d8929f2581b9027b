import { openExchange } from "../exchange.ts";
import { endpointOf, type Service } from "./endpoint.ts";
import { openSigner, type Request } from "./signature.ts";

// DynamoDB answers a megabyte at most, which JSON may make several of
const bounds = { maxBytes: 8 * 1024 * 1024, connectMs: 1000 };

/** Signed requests to a service of AWS, one attempt each, on connections that are kept. */
export function openRequests(service: Service, endpoint?: string) {
	const { url, region, isElsewhere } = endpointOf(service, endpoint);
	const { send } = openExchange({ maxSockets: 50 });
	const sign = openSigner({ service, region });
	return {
		isElsewhere,
		/** the subdomain stands before the endpoint's own host */
		send(
			{ subdomain, ...asked }: Request & { subdomain?: string },
			signal: AbortSignal,
		) {
			const target = new URL(url);
			if (subdomain) target.host = `${subdomain}.${url.host}`;
			target.pathname = url.pathname.replace(/\/$/, "") + asked.path;
			const { host, pathname: path } = target;
			const unsigned = { ...asked, path, headers: { ...asked.headers, host } };
			// of this moment: what was signed before a function froze is too old when it goes on
			const headers = sign(unsigned, new Date());
			return send({ ...asked, url: target, headers, signal, ...bounds });
		},
	};
}

/** What AWS says in place of an answer, as the SDK would throw it. */
export function refusal(
	status: number,
	said: { code?: string; message?: string; Item?: unknown },
): Error {
	const { code: name = "Unknown", message, Item } = said;
	const $metadata = { httpStatusCode: status };
	return Object.assign(new Error(message), { name, $metadata, Item });
}
