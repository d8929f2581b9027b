import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
	type _Record,
	DescribeStreamCommand,
	DynamoDBStreamsClient,
	GetRecordsCommand,
	GetShardIteratorCommand,
	ListStreamsCommand,
} from "@aws-sdk/client-dynamodb-streams";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { startFauxqs } from "fauxqs";
import { inject } from "vitest";
import {
	chooseEngine,
	type Engine,
	openDynamoDb,
} from "../../local/engines/dynamodb.ts";
import { openTable } from "../../local/engines/tables.ts";

/** Every engine that a test of the tables runs on; Java may be missing on a person's machine, never in CI. */
export const engines: readonly Engine[] = javaIsHere()
	? ["dynoxide", "java"]
	: ["dynoxide"];

/** A region with nothing in it, gone when disposed; functions opened meanwhile find it through their environment. */
export interface Cloud extends AsyncDisposable {
	engine: Engine;
	endpoints: { dynamodb: string; sqs: string; s3: string };
	/** the variables that point an AWS SDK here; already set in this process */
	environment: Readonly<Record<string, string>>;
	dynamodb: DynamoDBClient;
	streams: DynamoDBStreamsClient;
	sqs: SQSClient;
	s3: S3Client;
	/** each makes a fresh one and answers its name; the queue, its url */
	inboxTable(): Promise<string>;
	watchesTable(): Promise<string>;
	queue(): Promise<string>;
	bucket(): Promise<string>;
	/** everything written to a table so far, in its stream's order */
	stream(table: string): Promise<_Record[]>;
}

export async function openCloud(
	options: { engine?: Engine } = {},
): Promise<Cloud> {
	const database = await openDynamoDb({ engine: options.engine ?? engines[0] });
	const fauxqs = await startFauxqs({ port: 0, logger: false });
	const fake = `http://127.0.0.1:${fauxqs.port}`;
	const endpoints = { dynamodb: database.endpoint, sqs: fake, s3: fake };
	const environment = {
		AWS_REGION: "us-east-1",
		AWS_ACCESS_KEY_ID: "local",
		AWS_SECRET_ACCESS_KEY: "local",
		AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
		AWS_ENDPOINT_URL_DYNAMODB_STREAMS: endpoints.dynamodb,
		AWS_ENDPOINT_URL_SQS: endpoints.sqs,
		AWS_ENDPOINT_URL_S3: endpoints.s3,
	};
	Object.assign(process.env, environment);
	const access = {
		region: environment.AWS_REGION,
		credentials: { accessKeyId: "local", secretAccessKey: "local" },
	};
	const dynamodb = new DynamoDBClient({
		...access,
		endpoint: endpoints.dynamodb,
	});
	const streams = new DynamoDBStreamsClient({
		...access,
		endpoint: endpoints.dynamodb,
	});
	const sqs = new SQSClient({ ...access, endpoint: endpoints.sqs });
	const s3 = new S3Client({
		...access,
		endpoint: endpoints.s3,
		forcePathStyle: true,
	});
	let made = 0;

	const tables = inject("tables");

	async function table(name: "inbox" | "watches"): Promise<string> {
		const ref = `${name}-${++made}`;
		await openTable(dynamodb, { ...tables[name], ref });
		return ref;
	}

	return {
		engine: database.engine,
		endpoints,
		environment,
		dynamodb,
		streams,
		sqs,
		s3,
		inboxTable: () => table("inbox"),
		watchesTable: () => table("watches"),
		async queue() {
			const { QueueUrl } = await sqs.send(
				new CreateQueueCommand({
					QueueName: `queue-${++made}.fifo`,
					Attributes: {
						FifoQueue: "true",
						DeduplicationScope: "messageGroup",
						FifoThroughputLimit: "perMessageGroupId",
						MaximumMessageSize: String(1024 * 1024),
					},
				}),
			);
			if (!QueueUrl) throw new Error("The queue has no url.");
			return QueueUrl;
		},
		async bucket() {
			const Bucket = `bucket-${++made}`;
			await s3.send(new CreateBucketCommand({ Bucket }));
			return Bucket;
		},
		stream: (name) => readStream(streams, name),
		async [Symbol.asyncDispose]() {
			for (const client of [dynamodb, streams, sqs, s3]) client.destroy();
			await fauxqs.stop();
			await database[Symbol.asyncDispose]();
		},
	};
}

async function readStream(
	streams: DynamoDBStreamsClient,
	table: string,
): Promise<_Record[]> {
	const { Streams = [] } = await streams.send(
		new ListStreamsCommand({ TableName: table }),
	);
	const StreamArn = Streams[0]?.StreamArn;
	const { StreamDescription } = await streams.send(
		new DescribeStreamCommand({ StreamArn }),
	);
	const records: _Record[] = [];
	for (const { ShardId } of StreamDescription?.Shards ?? []) {
		let { ShardIterator } = await streams.send(
			new GetShardIteratorCommand({
				StreamArn,
				ShardId,
				ShardIteratorType: "TRIM_HORIZON",
			}),
		);
		while (ShardIterator) {
			const page = await streams.send(new GetRecordsCommand({ ShardIterator }));
			if (!page.Records?.length) break;
			records.push(...page.Records);
			ShardIterator = page.NextShardIterator;
		}
	}
	return records;
}

function javaIsHere(): boolean {
	if (process.env.CI) return true;
	try {
		return chooseEngine("java") === "java";
	} catch {
		return false;
	}
}
