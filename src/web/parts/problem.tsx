// What went wrong, said at once to whoever listens to the page.
export function Problem({ text }: { readonly text: string | null }) {
  if (text === null) return null;
  return (
    <p className="problem" role="alert">
      {text}
    </p>
  );
}
