import { Stack, Token } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import { ConfigurationError } from "./configuration-error.ts";

/** Lets the logs and the alarms use the key, which no role does for them; throws where somebody else keeps its policy. */
export function openKey(scope: Construct, key: IKey, policyIsMine: boolean) {
	const stack = Stack.of(scope);
	const { account, region } = stack;
	if (Token.isUnresolved(region))
		throw new ConfigurationError({
			id: "billhook:key-needs-region",
			says: "encryptionKey is given, but the stack's env names no region, without which a table takes no key.",
		});
	const refused = statementsFor(account, region).filter(
		(statement) => !key.addToResourcePolicy(statement, true).statementAdded,
	);
	if (refused.length === 0 || policyIsMine) return;
	const theirs = [account, key.env.account].find(
		(value) => !Token.isUnresolved(value),
	);
	const needed = statementsFor(theirs ?? "<account>", region).map((statement) =>
		JSON.stringify(stack.resolve(statement.toStatementJson()), undefined, 2),
	);
	throw new ConfigurationError({
		id: "billhook:key-policy",
		says: `encryptionKey is imported, so its policy cannot be added to from here. Whoever keeps it must let logs be written and alarms be sent under it; once that is done, say keyPolicyIsMine: true. Its policy needs\n${needed.join(",\n")}`,
	});
}

function statementsFor(account: string, region: string): PolicyStatement[] {
	return [
		new PolicyStatement({
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
		}),
		new PolicyStatement({
			sid: "BillhookAlarms",
			principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
			actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
			resources: ["*"],
		}),
	];
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
