import {
	GetObjectCommand,
	ListObjectsV2Command,
	S3Client,
} from "@aws-sdk/client-s3";
import type { DynamoDBRecord } from "aws-lambda";
import { startFauxqs } from "fauxqs";
import { pack } from "../../functions/inbox/envelope.ts";
import { shortNames } from "../../functions/inbox/item.ts";
import { type Fault, openWire, type Passing, type Wire } from "./wire.ts";

/** Where one provider's events come out. */
export interface Outside {
	provider: string;
	queue: string;
	url: string;
	bucket: string;
}

/** Queues and buckets behind a wire that can be made to fail; functions loaded meanwhile find them through their environment. */
export interface WayOut extends AsyncDisposable {
	wire: Wire;
	/** decides what goes wrong with the requests to come */
	choose: (request: Passing) => Fault | undefined;
	make(provider?: string): Outside;
	/** what waits in the queue, in its order */
	queued(outside: Outside): { id: string; group: string }[];
	/** the failure bucket's objects by the event's id */
	filed(outside: Outside): Promise<Record<string, unknown>>;
	lose(outside: Outside): void;
}

export async function openWayOut(): Promise<WayOut> {
	const fauxqs = await startFauxqs({ port: 0, logger: false });
	const upstream = `http://127.0.0.1:${fauxqs.port}`;
	const wire = await openWire(upstream, (request) => wayOut.choose(request));
	Object.assign(process.env, {
		AWS_REGION: "us-east-1",
		AWS_ACCESS_KEY_ID: "local",
		AWS_SECRET_ACCESS_KEY: "local",
		AWS_ENDPOINT_URL_SQS: wire.endpoint,
		AWS_ENDPOINT_URL_S3: wire.endpoint,
	});
	const s3 = new S3Client({ endpoint: upstream, forcePathStyle: true });
	let made = 0;

	async function read(Bucket: string, Key: string): Promise<unknown> {
		const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
		return JSON.parse((await Body?.transformToString()) ?? "");
	}

	const wayOut: WayOut = {
		wire,
		choose: () => undefined,
		make(provider = "finbox") {
			const queue = `${provider}-${++made}.fifo`;
			const attributes = { FifoQueue: "true", MaximumMessageSize: "1048576" };
			const { queueUrl } = fauxqs.createQueue(queue, { attributes });
			const { bucketName } = fauxqs.createBucket(`${provider}-${made}`);
			return { provider, queue, url: queueUrl, bucket: bucketName };
		},
		queued({ queue }) {
			const { ready = [] } = fauxqs.inspectQueue(queue)?.messages ?? {};
			const order = ({ sequenceNumber = "0" }) => BigInt(sequenceNumber);
			return ready
				.toSorted((a, b) => Number(order(a) - order(b)))
				.map(({ messageDeduplicationId = "", messageGroupId = "" }) => ({
					id: messageDeduplicationId,
					group: messageGroupId,
				}));
		},
		async filed({ bucket, provider }) {
			const Prefix = `failures/${provider}/`;
			const { Contents = [] } = await s3.send(
				new ListObjectsV2Command({ Bucket: bucket, Prefix }),
			);
			const objects = Contents.map(async ({ Key = "" }) => [
				Key.split("/").at(-1),
				await read(bucket, Key),
			]);
			return Object.fromEntries(await Promise.all(objects));
		},
		lose({ queue }) {
			fauxqs.deleteQueue(queue);
		},
		async [Symbol.asyncDispose]() {
			s3.destroy();
			await wire[Symbol.asyncDispose]();
			await fauxqs.stop();
		},
	};
	return wayOut;
}

export function isToQueue({ path }: Passing): boolean {
	return !path.includes("/failures/");
}

const at = "2026-11-20T23:59:59.999Z";

export interface Streamed {
	id: string;
	sequenceNumber?: number;
	group?: string;
	kind?: string;
	eventName?: "INSERT" | "MODIFY" | "REMOVE";
	message?: string;
	/** in the place of the one that holds the message */
	envelope?: { S: string } | { B: string };
}

/** A record of an inbox's stream as Lambda brings it. */
export function streamed({
	id,
	sequenceNumber = 0,
	group = id,
	kind = "event",
	eventName = "INSERT",
	message = `{"id":"${id}"}`,
	envelope,
}: Streamed): DynamoDBRecord {
	const type = "finbox.extraction.completed";
	const known = { pk: group, id, type, via: "webhook", at };
	const packed = Buffer.from(pack(message, known)).toString("base64");
	const NewImage = {
		pk: { S: group },
		sk: { S: `once#${id}` },
		kind: { S: kind },
		id: { S: id },
		type: { S: type },
		via: { S: known.via },
		at: { S: at },
		[shortNames.envelope]: envelope ?? { B: packed },
	};
	const dynamodb = {
		SequenceNumber: String(sequenceNumber),
		...(eventName !== "REMOVE" && { NewImage }),
		...(eventName !== "INSERT" && { OldImage: NewImage }),
	};
	return { eventID: `stream-${id}`, eventName, dynamodb };
}
