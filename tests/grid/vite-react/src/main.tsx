import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';

function Counter({ label }: { label: string }) {
  const [count, setCount] = useState(0);
  return (
    <button onClick={() => setCount(count + 1)}>
      {label}: {count}
    </button>
  );
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <h1>Installed by lpm</h1>
    <Counter label="Clicks" />
  </StrictMode>,
);
