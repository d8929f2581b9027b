import type { Attributes } from "./calls.ts";

/** A condition did not hold. */
interface ConditionFailed extends Error {
	Item?: Attributes;
}

/** What stood in the way of a conditional write, where it says so; undefined where nothing did. */
export async function conditionally(
	write: () => Promise<unknown>,
): Promise<Attributes | undefined> {
	try {
		await write();
		return undefined;
	} catch (error) {
		if (!isConditionFailed(error)) throw error;
		return error.Item ?? {};
	}
}

function isConditionFailed(error: unknown): error is ConditionFailed {
	return (
		error instanceof Error && error.name === "ConditionalCheckFailedException"
	);
}
