import { receive } from "../../functions/delivery/receive.ts";
import type { Provider } from "../../functions/provider.ts";
import type { Cloud } from "./cloud.ts";
import { deliveryOf, openEndpoint } from "./endpoint.ts";
import { exampleOf } from "./examples.ts";
import { messageIn } from "./image.ts";

/** What a provider's examples become on its queue, as text. */
export async function messagesOf(
	cloud: Cloud,
	provider: Provider,
): Promise<string[]> {
	const example = exampleOf(provider);
	const { endpoint, table } = await openEndpoint(
		cloud,
		provider,
		example.settings,
	);
	for (const one of example.deliveries)
		await receive(deliveryOf(provider, example, one), endpoint);
	const records = await cloud.stream(table);
	return records
		.map(({ dynamodb }) => dynamodb?.NewImage)
		.filter((image) => image?.kind?.S === "event")
		.map(messageIn);
}
