import type { Place, S3 } from "../calls.ts";
import { openRequests, refusal } from "./requests.ts";

/** S3 by requests of our own. */
export function openS3(): S3 {
	const { send, isElsewhere } = openRequests("s3");

	async function ask(
		method: string,
		{ bucket, key, body = "" }: Place & { body?: string | Uint8Array },
		signal: AbortSignal,
	): Promise<Buffer> {
		// a dot would stand outside the certificate
		const isBelow = isElsewhere || bucket.includes(".");
		const path = isBelow ? `/${bucket}/${key}` : `/${key}`;
		const asked = { method, path, body };
		const subdomain = isBelow ? "" : `${bucket}.`;
		const { status, bytes } = await send(asked, signal, subdomain);
		if (status === 200) return bytes;
		const [, code] = /<Code>([^<]*)/.exec(bytes.toString()) ?? [];
		throw refusal(status, code);
	}

	return {
		async putObject(object, signal) {
			await ask("PUT", object, signal);
		},
		getObject: (place, signal) => ask("GET", place, signal),
	};
}
