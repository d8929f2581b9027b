import { useEffect, useState } from "preact/hooks";

/** Where one is: the part of the address behind #, so that back, forward and bookmarks work. */
export interface Place {
	view: string;
	/** what the view is about: an event's id, a subject, a key */
	about: string;
	filter: URLSearchParams;
}

export function usePlace(): Place {
	const [place, setPlace] = useState(readPlace);
	useEffect(() => {
		const follow = () => setPlace(readPlace());
		addEventListener("hashchange", follow);
		return () => removeEventListener("hashchange", follow);
	}, []);
	return place;
}

function readPlace(): Place {
	const [path = "", query = ""] = location.hash.slice(1).split("?");
	const [view = "", about = ""] = path.replace(/^\//, "").split("/");
	return {
		view,
		about: decodeURIComponent(about),
		filter: new URLSearchParams(query),
	};
}

export function placeOf(
	view: string,
	about = "",
	filter: Readonly<Record<string, string>> = {},
): string {
	const chosen = Object.entries(filter).filter(([, value]) => value !== "");
	const query = chosen.length > 0 ? `?${new URLSearchParams(chosen)}` : "";
	const behind = about === "" ? "" : `/${encodeURIComponent(about)}`;
	return `#/${view}${behind}${query}`;
}
