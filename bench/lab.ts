import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
	CreateTableCommand,
	DescribeTableCommand,
	DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import {
	chooseEngine,
	type DynamoDb,
	type Engine,
	openDynamoDb,
} from "../local/engines/dynamodb.ts";
import { openTable } from "../local/engines/tables.ts";
import { type Front, openFront } from "./cloud/front.ts";
import { token } from "./deliveries.ts";
import type { Index } from "./figures/item-size.ts";
import type { Deployed } from "./lambda/cold-start.ts";
import { bundlePeers, type Peer } from "./peer/bundles.ts";
import { loadProduct, type Product } from "./product.ts";

export type Variant = "product" | "plain" | "guarded";
export const variants: readonly Variant[] = ["product", "plain", "guarded"];

/** The product, its peers, and one store for all of them; disposing it leaves nothing behind. */
export interface Lab extends AsyncDisposable {
	/** gone afterwards */
	folder: string;
	/** where the local cloud would look for its data: the synthesized app is there */
	data: string;
	engine: Engine;
	product: Product;
	front: Front;
	dynamodb: DynamoDBClient;
	/** everything that takes deliveries on, and what does nothing */
	deployed: Readonly<Record<Variant | "empty", Deployed>>;
	forward: Deployed;
	/** those of the inbox */
	indexes: readonly Index[];
}

export interface LabOptions {
	say: (line: string) => void;
	/** a synthesized app; absent, it is synthesized */
	app?: string;
}

export async function openLab({ say, app }: LabOptions): Promise<Lab> {
	await using stack = new AsyncDisposableStack();
	const folder = mkdtempSync(join(tmpdir(), "billhook-bench-"));
	stack.defer(() => rmSync(folder, { recursive: true, force: true }));
	const data = join(folder, "data");
	mkdirSync(data);
	say("synthesizing the app, bundling the peer");
	const product = await loadProduct(app ?? join(data, "cdk.out"), say);
	bundlePeers(join(folder, "peers"));
	const database = stack.use(await openDynamoDb({ engine: fastest() }));
	const dynamodb = new DynamoDBClient({
		region: "us-east-1",
		endpoint: database.endpoint,
		credentials: { accessKeyId: "local", secretAccessKey: "local" },
	});
	stack.defer(() => dynamodb.destroy());
	for (const table of product.tables.of("AWS::DynamoDB::GlobalTable"))
		await openTable(dynamodb, table);
	await dynamodb.send(
		new CreateTableCommand({
			TableName: peerTable,
			KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
			AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
			BillingMode: "PAY_PER_REQUEST",
		}),
	);
	const front = stack.use(await openTheFront(folder, database));
	const indexes = await indexesOf(dynamodb, product.inbox);
	const opened = stack.move();
	const own = (environment: Readonly<Record<string, string>>) => ({
		...front.environment,
		...environment,
	});
	const peerQueue = `${front.environment.AWS_ENDPOINT_URL_SQS}/000000000000/peer.fifo`;
	const peer = (name: Peer): Deployed => ({
		folder: join(folder, "peers", name),
		environment: own({ ...peerEnvironment, QUEUE_URL: peerQueue }),
	});
	const ours = ({ folder, environment }: Deployed): Deployed => ({
		folder,
		environment: own(environment),
	});
	return {
		folder,
		data,
		engine: database.engine,
		product,
		front,
		dynamodb,
		deployed: {
			product: ours(product.webhook),
			plain: peer("plain"),
			guarded: peer("guarded"),
			empty: peer("empty"),
		},
		forward: ours(product.forward),
		indexes,
		[Symbol.asyncDispose]: () => opened.disposeAsync(),
	};
}

export const peerTable = "bench-peer";

const peerEnvironment = {
	IDEMPOTENCY_TABLE: peerTable,
	SECRET_ID: "peer",
	POWERTOOLS_SERVICE_NAME: "peer",
	POWERTOOLS_METRICS_NAMESPACE: "peer",
};

/** In memory, Amazon's own is the faster one, and stays so when a table fills. */
function fastest(): Engine {
	const { BILLHOOK_DYNAMODB: wanted } = process.env;
	if (wanted) return chooseEngine(wanted);
	try {
		return chooseEngine("java");
	} catch {
		// no Java here
		return chooseEngine();
	}
}

function openTheFront(folder: string, { endpoint }: DynamoDb): Promise<Front> {
	const secret = JSON.stringify({ token });
	return openFront({ folder, dynamodb: endpoint, secret });
}

async function indexesOf(
	dynamodb: DynamoDBClient,
	TableName: string,
): Promise<Index[]> {
	const { Table } = await dynamodb.send(
		new DescribeTableCommand({ TableName }),
	);
	const tableKeys = Table?.KeySchema ?? [];
	return (Table?.GlobalSecondaryIndexes ?? []).map(
		({ KeySchema = [], Projection }) => ({
			keys: [...KeySchema, ...tableKeys].map(
				({ AttributeName = "" }) => AttributeName,
			),
			projected:
				Projection?.ProjectionType === "ALL"
					? undefined
					: (Projection?.NonKeyAttributes ?? []),
		}),
	);
}
