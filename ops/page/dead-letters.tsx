import type { DeadLetters as Letters } from "../console/answers.ts";
import { useAnswer } from "./ask.ts";
import { ActButton } from "./button.tsx";
import { placeOf } from "./place.ts";
import type { ViewProps } from "./view.ts";

/** Messages that a consumer was given five times and did not finish. */
export function DeadLetters({ place, installed }: ViewProps) {
	const chosen = place.filter.get("provider");
	const providers = installed.providers.filter(
		({ provider }) => !chosen || provider === chosen,
	);
	return (
		<>
			<h1>Dead letters{chosen && ` of ${chosen}`}</h1>
			{providers.map(({ provider }) => (
				<OfProvider key={provider} provider={provider} />
			))}
		</>
	);
}

function OfProvider({ provider }: { provider: string }) {
	const { value, trouble, again } = useAnswer<Letters>("dead-letters", {
		provider,
	});
	return (
		<section class="card wide">
			<h2>{provider}</h2>
			{trouble && <p class="trouble">{trouble}</p>}
			{value && (
				<p>
					{value.count === 0
						? "No message lies here."
						: `${value.count === 1 ? "One message" : `${value.count} messages`}, as SQS counts; at least these:`}
				</p>
			)}
			<ul>
				{value?.some.map(({ id, type, subject }) => (
					<li key={id}>
						<a href={placeOf("story", id)}>{subject}</a> {type}
					</li>
				))}
			</ul>
			{value && value.count > 0 && (
				<ActButton
					label={value.count === 1 ? "Send it again" : "Send them again"}
					sure="Each goes back to its queue in its group's order, and its consumers get it once more."
					name="redrive"
					body={{ provider }}
					after={again}
				/>
			)}
		</section>
	);
}
