import { RemovalPolicy } from "aws-cdk-lib";
import {
	AttributeType,
	Billing,
	ProjectionType,
	StreamViewType,
	TableEncryptionV2,
	type TablePropsV2,
	TableV2,
} from "aws-cdk-lib/aws-dynamodb";
import {
	AnyPrincipal,
	Effect,
	PolicyDocument,
	PolicyStatement,
} from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";

export interface TableOptions {
	retain: boolean;
	encryptionKey?: IKey;
}

/** The events a provider has sent; its stream is the only way out. */
export function openInboxTable(
	scope: Construct,
	id: string,
	options: TableOptions,
): TableV2 {
	return new TableV2(scope, id, {
		...common(options),
		// the forward function needs no old image, but a replica does, and with two the view cannot be changed
		dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
		globalSecondaryIndexes: [
			{
				indexName: "by-hour",
				partitionKey: { name: "hour", type: AttributeType.STRING },
				sortKey: { name: "at", type: AttributeType.STRING },
				projectionType: ProjectionType.INCLUDE,
				nonKeyAttributes: ["kind", "id", "type", "via"],
			},
		],
	});
}

/** What a poll must remember: watches, cursors, its breaker, tokens. */
export function openWatchesTable(
	scope: Construct,
	id: string,
	options: TableOptions,
): TableV2 {
	return new TableV2(scope, id, {
		...common(options),
		globalSecondaryIndexes: [
			{
				indexName: "by-due",
				partitionKey: { name: "dueshard", type: AttributeType.STRING },
				sortKey: { name: "due", type: AttributeType.STRING },
				projectionType: ProjectionType.ALL,
			},
		],
	});
}

function common({ retain, encryptionKey }: TableOptions): TablePropsV2 {
	return {
		partitionKey: { name: "pk", type: AttributeType.STRING },
		sortKey: { name: "sk", type: AttributeType.STRING },
		timeToLiveAttribute: "expires",
		billing: Billing.onDemand(),
		encryption: encryptionKey
			? TableEncryptionV2.customerManagedKey(encryptionKey)
			: TableEncryptionV2.dynamoOwnedKey(),
		pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
		deletionProtection: retain,
		// stays behind even when a creation fails: its protection would make the rollback fail
		removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
		resourcePolicy: new PolicyDocument({ statements: [tlsOnly()] }),
	};
}

// DynamoDB answers plain HTTP too; "*" because the policy belongs to the table whose name it would need
function tlsOnly(): PolicyStatement {
	return new PolicyStatement({
		sid: "TlsOnly",
		effect: Effect.DENY,
		principals: [new AnyPrincipal()],
		actions: ["dynamodb:*"],
		resources: ["*"],
		conditions: { Bool: { "aws:SecureTransport": "false" } },
	});
}
