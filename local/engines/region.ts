import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Plan } from "../template/plan.ts";
import { type DynamoDb, type Engine, openDynamoDb } from "./dynamodb.ts";
import { openFauxqs } from "./fauxqs.ts";
import { portOf } from "./port.ts";
import { openQueue } from "./queues.ts";
import { openTable } from "./tables.ts";

export const region = "us-east-1";
export const account = "000000000000";
export const credentials = { accessKeyId: "local", secretAccessKey: "local" };

/** The engines that hold data, and clients for them. */
export interface Region {
	database: DynamoDb;
	/** the endpoint of SQS and S3 */
	fauxqs: string;
	dynamodb: DynamoDBClient;
	streams: DynamoDBStreamsClient;
	sqs: SQSClient;
	s3: S3Client;
}

export interface RegionOptions {
	folder: string;
	engine: Engine;
	/** where the engines were found before; they try to stay there */
	before: Readonly<Record<string, string>>;
}

export async function openRegion(
	stack: AsyncDisposableStack,
	{ folder, engine, before }: RegionOptions,
): Promise<Region> {
	const [database, fauxqs] = await together(
		openDynamoDb({
			engine,
			// an engine cannot read another's files
			folder: join(folder, "dynamodb", engine),
			port: portOf(before.dynamodb),
		}).then((opened) => stack.use(opened)),
		openFauxqs({
			folder: join(folder, "fauxqs"),
			port: portOf(before.fauxqs),
		}).then((opened) => stack.use(opened)),
	);
	// a client writes into the credentials it is given
	const access = { region, credentials: { ...credentials } };
	const dynamodb = { ...access, endpoint: database.endpoint };
	const queues = { ...access, endpoint: fauxqs.endpoint };
	const opened = {
		database,
		fauxqs: fauxqs.endpoint,
		dynamodb: new DynamoDBClient(dynamodb),
		streams: new DynamoDBStreamsClient(dynamodb),
		sqs: new SQSClient(queues),
		s3: new S3Client({ ...queues, forcePathStyle: true }),
	};
	const { dynamodb: tables, streams, sqs, s3 } = opened;
	for (const client of [tables, streams, sqs, s3])
		stack.defer(() => client.destroy());
	return opened;
}

/** Brings what holds data up to the template. */
export async function provision(plan: Plan, here: Region): Promise<void> {
	await together(
		...plan
			.of("AWS::DynamoDB::GlobalTable")
			.map((table) => openTable(here.dynamodb, table)),
		...plan.of("AWS::SQS::Queue").map((queue) => openQueue(here.sqs, queue)),
		...plan
			.of("AWS::S3::Bucket")
			.map(({ ref }) => here.s3.send(new CreateBucketCommand({ Bucket: ref }))),
	);
}

/** As Promise.all, but nothing is still under way when it fails. */
export async function together<T extends readonly unknown[]>(
	...promises: { [K in keyof T]: Promise<T[K]> }
): Promise<T> {
	await Promise.allSettled(promises);
	return (await Promise.all(promises)) as unknown as T;
}
