import {
	DeleteObjectCommand,
	GetObjectCommand,
	paginateListObjectsV2,
	type S3Client,
} from "@aws-sdk/client-s3";
import type { StreamRecord } from "../../functions/queue/forward.ts";
import {
	type Message,
	readMessage,
	toRequests,
} from "../../functions/queue/message.ts";
import { choose, type Installation } from "../installation/installation.ts";
import type { Outgoing, Refused } from "./sender.ts";

/** An object of the failure bucket, and the messages that its records hold. */
export interface Failure {
	bucket: string;
	key: string;
	at: Date;
	outgoing: readonly Outgoing[];
	/** records that hold no message that can be read */
	unreadable: number;
}

export interface FailureFilter {
	provider?: string;
	since: Date;
	until: Date;
}

/** What SQS refused for good, and what the stream's mapping gave up on, by the time at which it was written. */
export async function* listFailures(
	installation: Installation,
	{ provider, since, until }: FailureFilter,
): AsyncGenerator<Failure> {
	const s3 = installation.clients.s3();
	const chosen = choose(installation, provider);
	const buckets = new Set(chosen.map(([, { bucket }]) => bucket));
	const byTable = new Map(
		chosen.map(([name, { tables }]) => [tables.inbox, name]),
	);
	for (const bucket of buckets) {
		const prefixes = [
			...chosen.map(([name]) => `failures/${name}/`),
			"aws/lambda/",
		];
		for (const Prefix of prefixes) {
			const pages = paginateListObjectsV2(
				{ client: s3 },
				{ Bucket: bucket, Prefix },
			);
			for await (const { Contents = [] } of pages)
				for (const {
					Key: key = "",
					LastModified: at = new Date(0),
				} of Contents) {
					if (at < since || at > until) continue;
					const named = chosen.find(([name]) => Prefix === `failures/${name}/`);
					const records = await recordsIn(s3, bucket, key);
					const failure = read(records, (record) =>
						named ? named[0] : byTable.get(tableOf(record)),
					);
					// the mappings of other providers write there, too
					if (failure) yield { bucket, key, at, ...failure };
				}
		}
	}
}

interface Told extends StreamRecord {
	eventSourceARN?: string;
}

async function recordsIn(
	s3: S3Client,
	Bucket: string,
	Key: string,
): Promise<Told[]> {
	const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
	const failure = JSON.parse((await Body?.transformToString()) ?? "{}");
	if (failure.record) return [failure.record];
	return failure.payload ? JSON.parse(failure.payload).Records : [];
}

function tableOf({ eventSourceARN = "" }: Told): string {
	return /:table\/([^/]+)\//.exec(eventSourceARN)?.[1] ?? "";
}

function read(
	records: readonly Told[],
	providerOf: (record: Told) => string | undefined,
): Pick<Failure, "outgoing" | "unreadable"> | undefined {
	const outgoing: Outgoing[] = [];
	let unreadable = 0;
	for (const record of records) {
		const provider = providerOf(record);
		if (provider === undefined) return undefined;
		const message = readMessage(record.dynamodb?.NewImage);
		if ("reason" in message) unreadable++;
		else outgoing.push({ provider, message });
	}
	return { outgoing, unreadable };
}

/** Sends an object's messages, and removes it once SQS has all of them; answers what it still holds. */
export async function replayFailure(
	{ clients }: Installation,
	{ bucket, key, outgoing, unreadable }: Failure,
	send: (provider: string, messages: readonly Message[]) => Promise<Refused>,
): Promise<Refused> {
	const refused: Refused = [];
	for (const request of toRequests(outgoing)) {
		const [{ provider = "" } = {}] = request;
		const messages = request.map(({ message }) => message);
		refused.push(...(await send(provider, messages)));
	}
	if (unreadable > 0) refused.push({ id: key, reason: "unreadable" });
	if (refused.length === 0)
		await clients
			.s3()
			.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
	return refused;
}
