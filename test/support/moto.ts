import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import {
	CreateSecretCommand,
	SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import { addressesOf } from "../../local/addresses.ts";
import { openQueue } from "../../local/engines/queues.ts";
import { openTable } from "../../local/engines/tables.ts";
import { openGateway } from "../../local/gateway/gateway.ts";
import { readInstalled, readParameters } from "../../local/installed.ts";
import { pollsOf } from "../../local/polls.ts";
import { openRuntime } from "../../local/runtime.ts";
import { openSettings } from "../../local/settings.ts";
import {
	openAssembly,
	type Plan,
	readPlan,
} from "../../local/template/plan.ts";
import { exampleOf } from "./examples.ts";
import { policiesOf, readCall } from "./judge.ts";
import { temporaryFolder } from "./local-app.ts";
import { startMoto } from "./moto-server.ts";
import { synthesizeInto } from "./running.ts";
import { openWire } from "./wire.ts";

const region = "us-east-1";
// moto's own, whatever a request is signed with
const account = "123456789012";

/** The tests' installation with moto in the place of the engines; the code runs as in the local cloud. */
export async function openMotoCloud() {
	await using stack = new AsyncDisposableStack();
	const folder = stack.use(temporaryFolder());
	const assembly = synthesizeInto(join(folder.path, "cdk.out"));
	const moto = await startMoto(stack);
	const wire = stack.use(await openWire(moto, () => undefined));
	const gateway = await openGateway(0);
	stack.use(gateway);
	const endpoints = { api: gateway.url, sqs: wire.endpoint };
	const options = { region, account, endpoints };
	const plan = readPlan(assembly, options);
	const policies = policiesOf(plan, openAssembly(assembly, options));
	const clients = openClients(stack, moto);
	await makeStores(plan, clients);
	const settings = await openSettings(stack, {
		plan,
		folder: join(folder.path, "secrets"),
		before: {},
	});
	for (const { arn, provider, holds, file } of settings.files) {
		const examples = holds === "webhook" ? exampleOf({ name: provider }) : {};
		const value = JSON.parse(readFileSync(file, "utf8"));
		Object.assign(value, "settings" in examples ? examples.settings : {});
		await clients.secrets.send(
			new CreateSecretCommand({
				// moto ends each ARN by chance, and finds the template's only by all that is behind its last colon
				Name: arn.slice(arn.lastIndexOf(":") + 1),
				SecretString: JSON.stringify(value),
			}),
		);
	}
	// each function signs with its own name, by which its calls are known
	for (const { ref, Environment } of plan.of("AWS::Lambda::Function"))
		Environment.Variables.AWS_ACCESS_KEY_ID = ref;
	const lines: string[] = [];
	const runtime = await openRuntime(stack, {
		plan,
		here: {
			...clients,
			database: { endpoint: wire.endpoint },
			fauxqs: wire.endpoint,
		},
		secretsManager: wire.endpoint,
		folder: join(folder.path, "streams"),
		onLine: (name, line) => lines.push(`${name} ${line}`),
	});
	const installed = readInstalled(plan);
	gateway.open(runtime.routes, pollsOf(installed, runtime));
	const { providers } = addressesOf({
		api: gateway.url,
		endpoints: {
			dynamodb: moto,
			sqs: moto,
			s3: moto,
			secretsmanager: moto,
			lambda: moto,
		},
		installed,
		parameters: readParameters(plan, gateway.url),
		files: settings.files,
		data: folder.path,
		subjectKey: "local",
	});
	const opened = stack.move();
	return {
		api: gateway.url,
		providers,
		policies,
		simulators: settings.simulators,
		sqs: clients.sqs,
		lines,
		calls: () =>
			wire.passed.map((passing) => readCall(passing, `${region}:${account}`)),
		[Symbol.asyncDispose]: () => opened.disposeAsync(),
	};
}

function openClients(stack: AsyncDisposableStack, endpoint: string) {
	const access = {
		region,
		endpoint,
		credentials: { accessKeyId: "test", secretAccessKey: "test" },
	};
	const clients = {
		dynamodb: new DynamoDBClient(access),
		streams: new DynamoDBStreamsClient(access),
		sqs: new SQSClient({ ...access, useQueueUrlAsEndpoint: false }),
		s3: new S3Client({ ...access, forcePathStyle: true }),
		secrets: new SecretsManagerClient(access),
	};
	for (const client of Object.values(clients))
		stack.defer(() => client.destroy());
	return clients;
}

async function makeStores(
	plan: Plan,
	{ dynamodb, sqs, s3 }: ReturnType<typeof openClients>,
): Promise<void> {
	for (const table of plan.of("AWS::DynamoDB::GlobalTable"))
		await openTable(dynamodb, table);
	const queues = plan.of("AWS::SQS::Queue");
	const isDeadLetter = ({ RedrivePolicy }: (typeof queues)[number]) =>
		RedrivePolicy === undefined;
	// a queue's dead letters need their own queue first
	for (const queue of [
		...queues.filter(isDeadLetter),
		...queues.filter((queue) => !isDeadLetter(queue)),
	])
		await openQueue(sqs, queue);
	for (const { ref } of plan.of("AWS::S3::Bucket"))
		await s3.send(new CreateBucketCommand({ Bucket: ref }));
}
