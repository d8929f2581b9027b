import { GetObjectCommand, NoSuchKey } from "@aws-sdk/client-s3";
import { Trouble } from "../trouble.ts";
import type { Installation } from "./installation.ts";

/** What lies in the bucket under a reference: s3://<bucket>/<key>. */
export async function readObject(
	{ clients }: Installation,
	ref: string,
): Promise<Uint8Array> {
	const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(ref) ?? [];
	try {
		const { Body } = await clients
			.s3()
			.send(new GetObjectCommand({ Bucket, Key }));
		return (await Body?.transformToByteArray()) ?? new Uint8Array();
	} catch (error) {
		if (error instanceof NoSuchKey)
			throw new Trouble(
				`${ref} is gone: the bucket keeps a body for the retention and 30 days.`,
			);
		throw error;
	}
}
