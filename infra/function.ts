import { type Duration, type RemovalPolicy, Size } from "aws-cdk-lib";
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
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";

export interface FunctionOptions {
	description: string;
	code: Code;
	memoryMb: number;
	timeout: Duration;
	environment: Readonly<Record<string, string>>;
	/** all it may do, beside writing its own log */
	may: readonly PolicyStatement[];
	logRetention: RetentionDays;
	removalPolicy: RemovalPolicy;
}

/** A function with a log and a role of its own; the role may do what `may` says and nothing else. */
export function openFunction(
	scope: Construct,
	id: string,
	options: FunctionOptions,
): LambdaFunction {
	const logGroup = new LogGroup(scope, `${id}Log`, {
		retention: options.logRetention,
		removalPolicy: options.removalPolicy,
	});
	const ownLog = allow(
		["logs:CreateLogStream", "logs:PutLogEvents"],
		logGroup.logGroupArn,
	);
	const role = new Role(scope, `${id}Role`, {
		assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
		inlinePolicies: {
			may: new PolicyDocument({ statements: [ownLog, ...options.may] }),
		},
	});
	return new LambdaFunction(scope, id, {
		description: options.description,
		code: options.code,
		handler: "index.handler",
		runtime: Runtime.NODEJS_24_X,
		architecture: Architecture.ARM_64,
		memorySize: options.memoryMb,
		ephemeralStorageSize: Size.mebibytes(512),
		timeout: options.timeout,
		environment: { ...options.environment },
		role,
		logGroup,
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
