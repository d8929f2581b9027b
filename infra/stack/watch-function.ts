import { Duration } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { allow, allowWatches, openFunction } from "../function.ts";
import type { Installation } from "../installation.ts";
import { allowKey } from "../key.ts";
import type { ProviderResources } from "../provider/resources.ts";

/** The consumers' own endpoint: one function for all providers with watches, whose role reaches their watches only. */
export function openWatch(
	scope: Construct,
	id: string,
	{
		installation,
		providers,
	}: { installation: Installation; providers: readonly ProviderResources[] },
): LambdaFunction | undefined {
	const tables = providers.flatMap(({ provider, watches }) =>
		provider.poll?.watches && watches
			? [{ name: provider.name, table: watches }]
			: [],
	);
	if (tables.length === 0) return undefined;
	const { encryptionKey } = installation;
	const byProvider = Object.fromEntries(
		tables.map(({ name, table }) => [name, table.tableName]),
	);
	return openFunction(scope, id, {
		description: "Billhook: starts, lists and stops watches",
		code: installation.code("watch"),
		timeout: Duration.seconds(10),
		memorySize: installation.memorySize.watch,
		environment: {
			BILLHOOK_STAGE: installation.stage,
			BILLHOOK_RETENTION_DAYS: String(installation.retentionDays),
			BILLHOOK_SUBJECT_KEY: installation.subjectKey,
			BILLHOOK_WATCHES_BY_PROVIDER: JSON.stringify(byProvider),
		},
		may: [
			...tables.flatMap(({ table }) => [
				allowWatches(["dynamodb:PutItem", "dynamodb:DeleteItem"], table),
				allow(["dynamodb:Query"], `${table.tableArn}/index/by-due`),
			]),
			...(encryptionKey ? [allowKey(scope, encryptionKey, ["dynamodb"])] : []),
		],
		logGroup: new LogGroup(scope, `${id}Log`, {
			retention: installation.logRetention,
			removalPolicy: installation.removalPolicy,
			encryptionKey,
		}),
	});
}
