import { useState } from "preact/hooks";
import type { Done, ProviderHealth } from "../console/answers.ts";
import { act } from "./ask.ts";
import { placeOf } from "./place.ts";
import { spanOf } from "./time.ts";
import type { ViewProps } from "./view.ts";

/** Is everything arriving, is everything leaving, who is losing webhooks. */
export function Health({ overview, again }: ViewProps) {
	const { providers, hours, local } = overview;
	return (
		<>
			<h1>Providers</h1>
			<p class="quiet">
				Events of the last {hours} hours; what waits is as it is now.{" "}
				<button type="button" onClick={again}>
					Count again
				</button>
			</p>
			<div class="cards">
				{providers.map((provider) => (
					<Card key={provider.provider} {...provider} local={local} />
				))}
			</div>
		</>
	);
}

function Card(props: ProviderHealth & { local: boolean }) {
	const { provider, events, recovered, waiting, oldestSeconds } = props;
	const { deadLetters, quarantined, watches, troubles, examples, local } =
		props;
	const filter = { provider };
	return (
		<section class="card" aria-labelledby={`of-${provider}`}>
			<h2 id={`of-${provider}`}>
				<span class={troubles.length > 0 ? "light bad" : "light good"} />
				{provider}
			</h2>
			<dl>
				<dt>
					<a href={placeOf("events", "", filter)}>Events</a>
				</dt>
				<dd>{events}</dd>
				<dt title="The share of events that no webhook brought">
					Recovered by polling
				</dt>
				<dd>{shareOf(recovered, events)}</dd>
				<dt>On the queue</dt>
				<dd>
					{waiting}
					{oldestSeconds !== undefined && `, for ${spanOf(oldestSeconds)}`}
				</dd>
				<dt>
					<a href={placeOf("dead-letters", "", filter)}>Dead letters</a>
				</dt>
				<dd class={deadLetters > 0 ? "bad" : ""}>{deadLetters}</dd>
				<dt>
					<a href={placeOf("quarantine", "", filter)}>Quarantine</a>
				</dt>
				<dd class={quarantined > 0 ? "bad" : ""}>{quarantined}</dd>
				{watches !== undefined && (
					<>
						<dt>
							<a href={placeOf("watches", "", filter)}>Watches</a>
						</dt>
						<dd>{watches}</dd>
					</>
				)}
			</dl>
			{troubles.map(({ says, command }) => (
				<p class="trouble" key={says}>
					{says}
					{command && <code>{command}</code>}
				</p>
			))}
			{local && examples.length > 0 && (
				<Examples provider={provider} examples={examples} />
			)}
		</section>
	);
}

function shareOf(recovered: number, events: number): string {
	if (events === 0) return "–";
	const percent = Math.round((100 * recovered) / events);
	return `${percent} % (${recovered})`;
}

function Examples(props: { provider: string; examples: string[] }) {
	const { provider, examples } = props;
	const [chosen, setChosen] = useState(examples[0] ?? "");
	const [said, setSaid] = useState("");
	const send = () =>
		act<Done>("send", { provider, example: chosen }).then(
			({ says }) => setSaid(says),
			(error: Error) => setSaid(error.message),
		);
	return (
		<p class="send">
			<label>
				<span class="unseen">Example of {provider}</span>
				<select
					value={chosen}
					onChange={({ currentTarget }) => setChosen(currentTarget.value)}
				>
					{examples.map((example) => (
						<option key={example}>{example}</option>
					))}
				</select>
			</label>
			<button type="button" onClick={send}>
				Send it
			</button>
			<output>{said}</output>
		</p>
	);
}
