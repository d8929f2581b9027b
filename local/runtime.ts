import { join } from "node:path";
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { account, credentials, type Region, region } from "./engines/region.ts";
import type { Integration } from "./gateway/gateway.ts";
import { type Route, readRoute } from "./gateway/routes.ts";
import { isTarget } from "./installed.ts";
import { type LocalFunction, openFunction } from "./lambda/function.ts";
import type { Invoked } from "./lambda/invoked.ts";
import { discardTo } from "./stream/discarded.ts";
import { type Mapping, openMapping } from "./stream/mapping.ts";
import type { Plan, Planned } from "./template/plan.ts";

/** The template's code, running: functions, and what invokes them. */
export interface Runtime {
	routes: Route<Integration>[];
	/** invokes the function that an ARN means, as a schedule or a route does */
	invoke(target: string, event: unknown): Promise<Invoked>;
}

export interface RuntimeOptions {
	plan: Plan;
	here: Omit<Region, "database" | "sqs"> & { database: { endpoint: string } };
	secretsManager: string;
	/** keeps the mappings' checkpoints */
	folder: string;
	/** told each line that a function writes, and what went wrong around it */
	onLine: (functionName: string, line: string) => void;
}

export async function openRuntime(
	stack: AsyncDisposableStack,
	options: RuntimeOptions,
): Promise<Runtime> {
	const { plan, here, onLine } = options;
	const functions = plan
		.of("AWS::Lambda::Function")
		.map((lambda) => openLambda(lambda, options));
	const mappings = new Map<string, Mapping>();
	stack.defer(() => endAll(functions));
	stack.defer(() => endAll(mappings.values()));

	function find(target: string): LocalFunction {
		const found = functions.find(({ name }) => isTarget(target, { ref: name }));
		if (!found) throw new Error(`The template has no function ${target}.`);
		return found;
	}

	async function call(fn: LocalFunction, event: unknown): Promise<Invoked> {
		const invoked = await fn.invoke(event);
		if ("error" in invoked) {
			const { errorType, errorMessage } = invoked.error;
			onLine(fn.name, `${errorType}: ${errorMessage}`);
		}
		return invoked;
	}

	async function invoke(target: string, event: unknown): Promise<Invoked> {
		const fn = find(target);
		const invoked = await call(fn, event);
		for (const name of Object.values(fn.environment))
			mappings.get(name)?.wake();
		return invoked;
	}

	for (const mapping of plan.of("AWS::Lambda::EventSourceMapping")) {
		if (!mapping.Enabled) continue;
		const table = tableOf(plan, mapping);
		const fn = find(mapping.FunctionName);
		const opened = await openStream(mapping, table, fn, call, options);
		mappings.set(table, opened);
	}

	return { invoke, routes: routesOf(plan, invoke) };

	function routesOf(
		plan: Plan,
		invoke: Runtime["invoke"],
	): Route<Integration>[] {
		const integrations = plan.of("AWS::ApiGatewayV2::Integration");
		return plan.of("AWS::ApiGatewayV2::Route").map(({ RouteKey, Target }) => {
			const found = integrations.find(
				({ ref }) => Target === `integrations/${ref}`,
			);
			if (!found) throw new Error(`Route ${RouteKey} leads nowhere.`);
			return readRoute(RouteKey, {
				timeoutMs: found.TimeoutInMillis,
				invoke: (event: unknown) => invoke(found.IntegrationUri, event),
			});
		});
	}

	async function openStream(
		mapping: Planned<"AWS::Lambda::EventSourceMapping">,
		table: string,
		fn: LocalFunction,
		call: (fn: LocalFunction, event: unknown) => Promise<Invoked>,
		{ folder }: RuntimeOptions,
	): Promise<Mapping> {
		const { Table } = await here.dynamodb.send(
			new DescribeTableCommand({ TableName: table }),
		);
		const streamArn = Table?.LatestStreamArn;
		if (!streamArn) throw new Error(`Table ${table} has no stream.`);
		const bucket = mapping.DestinationConfig?.OnFailure.Destination;
		const discard = discardTo({
			s3: here.s3,
			bucket: bucket?.slice("arn:aws:s3:::".length) ?? "",
			mapping: mapping.ref,
			functionArn: fn.arn,
			streamArn,
		});
		return openMapping({
			streams: here.streams,
			streamArn,
			region,
			patterns: mapping.FilterCriteria.Filters.map(({ Pattern }) => Pattern),
			file: join(folder, `${mapping.logicalId}.json`),
			invoke: (event) => call(fn, event),
			batchSize: mapping.BatchSize,
			bisect: mapping.BisectBatchOnFunctionError,
			reports: mapping.FunctionResponseTypes.length > 0,
			maximumRetryAttempts: mapping.MaximumRetryAttempts,
			maximumRecordAgeSeconds: mapping.MaximumRecordAgeInSeconds,
			discard: bucket ? discard : async () => {},
			onTrouble: (error) =>
				onLine(fn.name, `The stream of ${table}: ${String(error)}`),
		});
	}
}

/** All at once, for each may take its time. */
async function endAll(parts: Iterable<AsyncDisposable>): Promise<void> {
	await Promise.all([...parts].map((part) => part[Symbol.asyncDispose]()));
}

function openLambda(
	lambda: Planned<"AWS::Lambda::Function">,
	{ plan, here, secretsManager, onLine }: RuntimeOptions,
): LocalFunction {
	const { database, fauxqs } = here;
	return openFunction({
		name: lambda.ref,
		arn: `arn:aws:lambda:${region}:${account}:function:${lambda.ref}`,
		folder: plan.asset(lambda.Code.S3Key),
		handler: lambda.Handler,
		timeoutSeconds: lambda.Timeout,
		memoryMb: lambda.MemorySize,
		environment: {
			AWS_REGION: region,
			AWS_DEFAULT_REGION: region,
			AWS_ACCESS_KEY_ID: credentials.accessKeyId,
			AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
			AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
			AWS_ENDPOINT_URL_S3: fauxqs,
			AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager,
			AWS_ENDPOINT_URL_SQS: fauxqs,
			// an edited file counts at once
			BILLHOOK_SETTINGS_SECONDS: "0",
			...lambda.Environment.Variables,
		},
		onLine: (line) => onLine(lambda.ref, line),
	});
}

function tableOf(
	plan: Plan,
	mapping: Planned<"AWS::Lambda::EventSourceMapping">,
): string {
	const found = plan
		.of("AWS::DynamoDB::GlobalTable")
		.find(({ ref }) =>
			mapping.EventSourceArn.includes(`:table/${ref}/stream/`),
		);
	if (found) return found.ref;
	throw new Error(
		`${mapping.logicalId} reads ${mapping.EventSourceArn}, which is no stream of the template.`,
	);
}
