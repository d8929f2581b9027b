import { Duration } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { allow, openFunction } from "../function.ts";
import type { House, Room } from "../provider/resources.ts";

/** The consumers' own door: one function for all providers with watches, whose role reaches their watches only. */
export function openWatch(
	scope: Construct,
	id: string,
	{ house, rooms }: { house: House; rooms: readonly Room[] },
): LambdaFunction | undefined {
	const tables = rooms.flatMap(({ provider, watches }) =>
		provider.poll?.watches && watches
			? [{ name: provider.name, table: watches }]
			: [],
	);
	if (tables.length === 0) return undefined;
	const byProvider = Object.fromEntries(
		tables.map(({ name, table }) => [name, table.tableName]),
	);
	return openFunction(scope, id, {
		description: "Billhook: starts, lists and stops watches",
		code: house.code("watch"),
		timeout: Duration.seconds(10),
		memoryMb: house.memoryMb.watch,
		environment: {
			BILLHOOK_STAGE: house.stage,
			BILLHOOK_RETENTION_DAYS: String(house.retentionDays),
			BILLHOOK_WATCHES_BY_PROVIDER: JSON.stringify(byProvider),
		},
		may: tables.flatMap(({ table }) => [
			allowWatches(["dynamodb:PutItem", "dynamodb:DeleteItem"], table),
			allow(["dynamodb:Query"], `${table.tableArn}/index/by-due`),
		]),
		logRetention: house.logRetention,
		removalPolicy: house.removalPolicy,
	});
}

/** Some actions on watches and their references, and on none of the tokens and cursors beside them. */
export function allowWatches(
	actions: readonly string[],
	table: Table,
): PolicyStatement {
	const statement = allow(actions, table.tableArn);
	statement.addCondition("ForAllValues:StringLike", {
		"dynamodb:LeadingKeys": ["watch#*", "reference#*"],
	});
	return statement;
}
