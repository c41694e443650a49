import { useState } from 'react';
import { Button, Text, View } from 'react-native';

export default function App() {
  const [count, setCount] = useState(0);
  return (
    <View>
      <Text>Installed by lpm</Text>
      <Button title={`Clicks: ${count}`} onPress={() => setCount(count + 1)} />
    </View>
  );
}
