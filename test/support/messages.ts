import { createRequire } from "node:module";
import { receive } from "../../functions/delivery/receive.ts";
import type { Example, Provider } from "../../functions/provider.ts";
import type { Cloud } from "./cloud.ts";
import { delivery, openEndpoint } from "./endpoint.ts";
import { messageIn } from "./image.ts";

const require = createRequire(import.meta.url);

/** What a provider's examples become on its queue, as text. */
export async function messagesOf(
	cloud: Cloud,
	provider: Provider,
): Promise<string[]> {
	const example: Example = require(
		`../../functions/providers/${provider.name}/example.ts`,
	).default;
	const { endpoint, table } = await openEndpoint(
		cloud,
		provider,
		example.settings,
	);
	for (const { body, path } of example.deliveries)
		await receive(
			delivery(body, { path, headers: { ...example.headers } }),
			endpoint,
		);
	const records = await cloud.stream(table);
	return records
		.map(({ dynamodb }) => dynamodb?.NewImage)
		.filter((image) => image?.kind?.S === "event")
		.map(messageIn);
}
