import { Stack, Token } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import { ConfigurationError } from "./configuration-error.ts";

/** Lets the logs and the alarms use the key, which no role does for them; throws where somebody else keeps its policy. */
export function openKey(
	scope: Construct,
	key: IKey,
	options: { policyIsMine: boolean; sealsTopic: boolean },
): void {
	const stack = Stack.of(scope);
	const { account, region } = stack;
	if (Token.isUnresolved(region))
		throw new ConfigurationError({
			id: "billhook:key-needs-region",
			says: "encryptionKey is given, but the stack's env names no region, without which a table takes no key.",
		});
	const { policyIsMine, sealsTopic } = options;
	const refused = statementsFor(account, region, sealsTopic).filter(
		(statement) => !key.addToResourcePolicy(statement, true).statementAdded,
	);
	if (refused.length === 0 || policyIsMine) return;
	const theirs = [account, key.env.account].find(
		(value) => !Token.isUnresolved(value),
	);
	const needed = statementsFor(theirs ?? "<account>", region, sealsTopic).map(
		(statement) =>
			JSON.stringify(stack.resolve(statement.toStatementJson()), undefined, 2),
	);
	throw new ConfigurationError({
		id: "billhook:key-policy",
		says: `encryptionKey is imported, so its policy cannot be added to from here. Whoever keeps it must let logs be written and, where the topic is made here, alarms be sent under it; once that is done, say keyPolicyIsMine: true. Its policy needs\n${needed.join(",\n")}`,
	});
}

function statementsFor(
	account: string,
	region: string,
	sealsTopic: boolean,
): PolicyStatement[] {
	const logs = new PolicyStatement({
		sid: "BillhookLogs",
		principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
		actions: [
			"kms:Decrypt",
			"kms:DescribeKey",
			"kms:Encrypt",
			"kms:GenerateDataKey*",
			"kms:ReEncrypt*",
		],
		resources: ["*"],
		conditions: {
			ArnLike: {
				"kms:EncryptionContext:aws:logs:arn": `arn:*:logs:${region}:${account}:log-group:*`,
			},
		},
	});
	if (!sealsTopic) return [logs];
	const alarms = new PolicyStatement({
		sid: "BillhookAlarms",
		principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
		actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
		resources: ["*"],
	});
	return [logs, alarms];
}

/** The services that read and write under the key for a function. */
export type SealedBy = "dynamodb" | "s3" | "secretsmanager" | "sqs";

const seals = ["kms:Decrypt", "kms:GenerateDataKey"];
// a table's own keys are wrapped again as they age
const sealsTables = [
	...seals,
	"kms:DescribeKey",
	"kms:Encrypt",
	"kms:GenerateDataKeyWithoutPlaintext",
	"kms:ReEncryptFrom",
	"kms:ReEncryptTo",
];

/** To read and write under the key through these services, and never by itself. */
export function allowKey(
	scope: Construct,
	key: IKey,
	services: readonly SealedBy[],
): PolicyStatement {
	const { region } = Stack.of(scope);
	return new PolicyStatement({
		actions: services.includes("dynamodb") ? sealsTables : seals,
		resources: [key.keyArn],
		conditions: {
			StringEquals: {
				"kms:ViaService": services.map(
					(service) => `${service}.${region}.amazonaws.com`,
				),
			},
		},
	});
}
