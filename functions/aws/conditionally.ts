import {
	type AttributeValue,
	ConditionalCheckFailedException,
} from "@aws-sdk/client-dynamodb";

/** What stood in the way of a conditional write, where it says so; undefined where nothing did. */
export async function conditionally(
	write: () => Promise<unknown>,
): Promise<Record<string, AttributeValue> | undefined> {
	try {
		await write();
		return undefined;
	} catch (error) {
		if (!(error instanceof ConditionalCheckFailedException)) throw error;
		return error.Item ?? {};
	}
}
