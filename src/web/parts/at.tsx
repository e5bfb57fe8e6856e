// When something was said, by this device's clock and in its way of writing times.
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

export function At({ ms }: { readonly ms: number }) {
  const date = new Date(ms);
  return (
    <time className="at" dir="auto" dateTime={date.toISOString()}>
      {CLOCK.format(date)}
    </time>
  );
}
