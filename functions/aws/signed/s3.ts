import type { Place, S3 } from "../calls.ts";
import { openRequests, refusal } from "./requests.ts";

/** S3 by requests of our own. */
export function openS3(): S3 {
	const { send, isElsewhere } = openRequests("s3");

	async function ask(
		{ bucket, key }: Place,
		asked: { method: string; body: string | Uint8Array },
		signal: AbortSignal,
	): Promise<Buffer> {
		// a dot would stand outside the certificate
		const place =
			isElsewhere || bucket.includes(".")
				? { path: `/${bucket}/${key}` }
				: { path: `/${key}`, subdomain: bucket };
		const { status, bytes } = await send({ ...asked, ...place }, signal);
		if (status === 200) return bytes;
		const [, code] = /<Code>([^<]*)/.exec(bytes.toString()) ?? [];
		throw refusal(status, { code });
	}

	return {
		async putObject({ body, ...place }, signal) {
			await ask(place, { method: "PUT", body }, signal);
		},
		getObject: (place, signal) =>
			ask(place, { method: "GET", body: "" }, signal),
	};
}
