import type { Watch } from "../../polling/poll.ts";
import { conditionally } from "../conditionally.ts";
import type { PatientDynamoDb } from "../dynamodb.ts";
import { epochAfter, referenceKey } from "./item.ts";

interface ReferencesOptions {
	/** the provider's watches table */
	table: string;
	retentionDays: number;
	now: () => Date;
	dynamodb: PatientDynamoDb;
}

/** What the consumer calls a subject, where a delivery may show nothing else. */
export function openReferences(options: ReferencesOptions) {
	const { table: TableName, retentionDays, now, dynamodb } = options;
	return {
		/** The newest subject has it; it outlives the watch, for the delivery that shows it may come after its end. */
		async refer(reference: string, watch: Watch): Promise<void> {
			const { subject, kind, startedAt, deadline } = watch;
			await conditionally(() =>
				dynamodb.putItem({
					TableName,
					Item: {
						...referenceKey(reference),
						subject: { S: subject },
						kind: { S: kind },
						startedat: { S: startedAt.toISOString() },
						expires: { N: epochAfter(deadline, retentionDays) },
					},
					ConditionExpression:
						"attribute_not_exists(pk) OR expires < :now OR startedat <= :startedat",
					ExpressionAttributeValues: {
						":now": { N: epochAfter(now(), 0) },
						":startedat": { S: startedAt.toISOString() },
					},
				}),
			);
		},

		async subjectOf(reference: string): Promise<string | undefined> {
			const { Item } = await dynamodb.getItem({
				TableName,
				Key: referenceKey(reference),
				ConsistentRead: true,
			});
			const expired = Number(Item?.expires?.N) * 1000 <= now().getTime();
			return Item && !expired ? Item.subject?.S : undefined;
		},

		/** unless it is another subject's by now */
		async forget(
			reference: string,
			{ subject, kind }: Pick<Watch, "subject" | "kind">,
		): Promise<void> {
			await conditionally(() =>
				dynamodb.deleteItem({
					TableName,
					Key: referenceKey(reference),
					ConditionExpression: "subject = :subject AND #kind = :kind",
					ExpressionAttributeNames: { "#kind": "kind" },
					ExpressionAttributeValues: {
						":subject": { S: subject },
						":kind": { S: kind },
					},
				}),
			);
		},
	};
}
