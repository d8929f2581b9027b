import type { DeadLetter } from "../console/answers.ts";
import { useAnswer } from "./ask.ts";
import { ActButton } from "./button.tsx";
import { placeOf } from "./place.ts";
import { shown } from "./time.ts";
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
	const { value, trouble, again } = useAnswer<DeadLetter[]>("dead-letters", {
		provider,
	});
	const count = value?.length ?? 0;
	return (
		<section class="card wide">
			<h2>{provider}</h2>
			{trouble && <p class="trouble">{trouble}</p>}
			{!value && !trouble && <p class="quiet">Looking …</p>}
			{value && (
				<p>
					{count === 0 && "No message can be seen here."}
					{count === 1 && "At least this one:"}
					{count > 1 && `At least these ${count}:`}
				</p>
			)}
			<ul>
				{value?.map(({ id, type, subject, sent, receives }) => (
					<li key={id}>
						<a href={placeOf("story", subject, { provider, event: id })}>
							{subject}
						</a>{" "}
						{type}, sent {shown(sent)}, received {receives} times
					</li>
				))}
			</ul>
			{count > 0 && (
				<ActButton
					label={count === 1 ? "Send it again" : "Send them again"}
					sure="All of them go back to their queue, in each subject's order, and its consumers get them once more."
					name="redrive"
					body={{ provider }}
					after={again}
				/>
			)}
		</section>
	);
}
