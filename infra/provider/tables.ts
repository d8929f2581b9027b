import type { RemovalPolicy } from "aws-cdk-lib";
import {
	AttributeType,
	BillingMode,
	ProjectionType,
	StreamViewType,
	Table,
	type TableProps,
} from "aws-cdk-lib/aws-dynamodb";
import {
	AnyPrincipal,
	Effect,
	PolicyDocument,
	PolicyStatement,
} from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";

export interface TableOptions {
	retain: boolean;
	removalPolicy: RemovalPolicy;
}

/** The events a provider has sent; its stream is the only way out. */
export function openInboxTable(
	scope: Construct,
	id: string,
	options: TableOptions,
): Table {
	const table = new Table(scope, id, {
		...common(options),
		stream: StreamViewType.NEW_IMAGE,
	});
	table.addGlobalSecondaryIndex({
		indexName: "by-hour",
		partitionKey: { name: "hour", type: AttributeType.STRING },
		sortKey: { name: "at", type: AttributeType.STRING },
		projectionType: ProjectionType.INCLUDE,
		nonKeyAttributes: ["kind", "id", "type", "via"],
	});
	return table;
}

/** What a poll must remember: watches, cursors, its breaker, tokens. */
export function openWatchesTable(
	scope: Construct,
	id: string,
	options: TableOptions,
): Table {
	const table = new Table(scope, id, common(options));
	table.addGlobalSecondaryIndex({
		indexName: "by-due",
		partitionKey: { name: "dueshard", type: AttributeType.STRING },
		sortKey: { name: "due", type: AttributeType.STRING },
		projectionType: ProjectionType.ALL,
	});
	return table;
}

function common({ retain, removalPolicy }: TableOptions): TableProps {
	return {
		partitionKey: { name: "pk", type: AttributeType.STRING },
		sortKey: { name: "sk", type: AttributeType.STRING },
		timeToLiveAttribute: "expires",
		billingMode: BillingMode.PAY_PER_REQUEST,
		pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
		deletionProtection: retain,
		removalPolicy,
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
