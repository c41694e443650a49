import { Counter } from './counter';

export default function Page() {
  return (
    <main>
      <h1>Installed by lpm</h1>
      <Counter label="Clicks" />
    </main>
  );
}
