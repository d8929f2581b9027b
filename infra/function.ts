import { type Duration, Size } from "aws-cdk-lib";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import {
	PolicyDocument,
	PolicyStatement,
	Role,
	ServicePrincipal,
} from "aws-cdk-lib/aws-iam";
import {
	Architecture,
	type Code,
	Function as LambdaFunction,
	Runtime,
} from "aws-cdk-lib/aws-lambda";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { Network } from "./installation.ts";
import { acknowledgeInterfaces, allowInterfaces } from "./network.ts";

export interface FunctionOptions {
	description: string;
	code: Code;
	memorySize: number;
	timeout: Duration;
	environment: Readonly<Record<string, string>>;
	/** all it may do, beside writing to its log */
	may: readonly PolicyStatement[];
	logGroup: LogGroup;
	/** executions kept for it alone, and more than which it never has */
	reservedConcurrency?: number;
	/** where it stands, if in a VPC */
	network?: Network;
}

/** A function with a role of its own, which may do what `may` says and nothing else. */
export function openFunction(
	scope: Construct,
	id: string,
	options: FunctionOptions,
): LambdaFunction {
	const { logGroup, network } = options;
	const itsLog = allow(
		["logs:CreateLogStream", "logs:PutLogEvents"],
		logGroup.logGroupArn,
	);
	const role = new Role(scope, `${id}Role`, {
		assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
		inlinePolicies: {
			may: new PolicyDocument({
				statements: [
					itsLog,
					...options.may,
					...(network ? [allowInterfaces()] : []),
				],
			}),
		},
	});
	if (network) acknowledgeInterfaces(role);
	return new LambdaFunction(scope, id, {
		description: options.description,
		code: options.code,
		handler: "index.handler",
		runtime: Runtime.NODEJS_24_X,
		architecture: Architecture.ARM_64,
		memorySize: options.memorySize,
		ephemeralStorageSize: Size.mebibytes(512),
		timeout: options.timeout,
		environment: { ...options.environment },
		role,
		logGroup,
		vpc: network?.vpc,
		vpcSubnets: network?.vpcSubnets,
		securityGroups: network && [...network.securityGroups],
		reservedConcurrentExecutions: options.reservedConcurrency,
	});
}

export function allow(
	actions: readonly string[],
	...resources: readonly string[]
): PolicyStatement {
	return new PolicyStatement({
		actions: [...actions],
		resources: [...resources],
	});
}

/** Some actions on watches and their references, and on none of the tokens and cursors beside them. */
export function allowWatches(
	actions: readonly string[],
	table: TableV2,
): PolicyStatement {
	const statement = allow(actions, table.tableArn);
	statement.addCondition("ForAllValues:StringLike", {
		"dynamodb:LeadingKeys": ["watch#*", "reference#*"],
	});
	return statement;
}
