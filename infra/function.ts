import { type Duration, Size, Validations } from "aws-cdk-lib";
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
	LoggingFormat,
	Runtime,
	SystemLogLevel,
} from "aws-cdk-lib/aws-lambda";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { Network } from "./installation.ts";

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
	const may = new PolicyDocument({ statements: [itsLog, ...options.may] });
	const role = new Role(scope, `${id}Role`, {
		assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
		inlinePolicies: { may },
	});
	if (network) may.addStatements(allowInterfaces(role));
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
		// of an invocation that went well the function's own line tells; Lambda's would be a third of all that is logged
		loggingFormat: LoggingFormat.JSON,
		systemLogLevelV2: SystemLogLevel.WARN,
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

/** What Lambda does for a function with the function's role, and the function's own code cannot: its calls name their function. */
export function allowLambdaAlone(
	actions: readonly string[],
	...resources: readonly string[]
): PolicyStatement {
	const statement = allow(actions, ...resources);
	statement.addCondition("Null", { "lambda:SourceFunctionArn": "true" });
	return statement;
}

/** To stand in a VPC. */
function allowInterfaces(role: Role): PolicyStatement {
	Validations.of(role).acknowledge({
		id: "AwsSolutions-IAM5[Resource::*]",
		reason:
			"Lambda makes the interfaces by which a function stands in a VPC under names nobody knows beforehand. The permission is Lambda's own: the function's code cannot use it.",
	});
	return allowLambdaAlone(
		[
			"ec2:AssignPrivateIpAddresses",
			"ec2:CreateNetworkInterface",
			"ec2:DeleteNetworkInterface",
			"ec2:DescribeNetworkInterfaces",
			"ec2:DescribeSubnets",
			"ec2:UnassignPrivateIpAddresses",
		],
		"*",
	);
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
